/**
 * The player's own words for plays: reads a list of plays as JSON on standard input, and answers with the statement
 * that statements.js makes of each.
 */
import {text} from "node:stream/consumers";
import {statements} from "../../../../scormkit/player/record/statements.js";

const plays = JSON.parse(await text(process.stdin));
console.log(JSON.stringify(plays.map(({settings, sitting, judged, play, at}) => (
  statements(settings, sitting).judged(judged, play, at)
))));
