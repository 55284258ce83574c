/** The bundle as a learner reads it: the language that was asked for, the fields of the variant. */
import assert from "node:assert/strict";
import {test} from "node:test";

import {apply, choose, spoken} from "../../scormkit/player/languages.js";
import {filled} from "../../scormkit/player/engine.js";

test("The LMS's language wins over the browser's, and a region falls back to its language.", () => {
  const bundle = {language: "en", languages: {de: {}, "pt-br": {}}};
  assert.equal(choose(bundle, ["de_AT", "en"]), "de");
  assert.equal(choose(bundle, ["", "fr", "pt-BR"]), "pt-br");
  assert.equal(choose(bundle, ["xx", "en-GB", "de"]), "en");
  assert.equal(choose(bundle, []), "en");
});

test("An overlay replaces texts by path, words whole, and leaves the bundle alone.", () => {
  const bundle = {language: "en", dir: "ltr", title: "Mail", words: {"do.report": "Report"}, scenes: {inbox: {acts: [{label: "Go"}]}},
    languages: {ar: {dir: "rtl", texts: {title: "بريد", "words.do.report": "أبلغ", "scenes.inbox.acts.0.label": "اذهب"}}}};
  const arabic = apply(bundle, "ar");
  assert.deepEqual([arabic.language, arabic.dir, arabic.title, arabic.words["do.report"], arabic.scenes.inbox.acts[0].label],
    ["ar", "rtl", "بريد", "أبلغ", "اذهب"]);
  assert.equal(bundle.scenes.inbox.acts[0].label, "Go");
  assert.equal(apply(bundle, "en"), bundle);
});

test("What stands in the page of another language is shown until its file has come, and then all of it.", () => {
  const bundle = {language: "en", dir: "ltr", title: "Mail", summary: "Two", words: {"notice.wait": "One moment"},
    languages: {"pt-br": {dir: "ltr", texts: {title: "Correio"}}, ar: {dir: "rtl", texts: {title: "بريد"}}}};
  assert.equal(spoken(bundle, ["en-GB", "ar"]), null);
  assert.equal(spoken({...bundle, languages: {}}, ["ar"]), null);
  const {file, meanwhile, whole} = spoken(bundle, ["xx", "PT"]);
  assert.equal(file, "languages/pt-br");
  assert.deepEqual([meanwhile.language, meanwhile.title, meanwhile.summary], ["pt-br", "Correio", "Two"]);
  const told = whole({dir: "ltr", texts: {title: "Correio", summary: "Dois"}});
  assert.deepEqual([told.language, told.title, told.summary, bundle.summary], ["pt-br", "Correio", "Dois", "Two"]);
});

test("An overlay's path that leads nowhere is an error, not silence.", () => {
  const bundle = {language: "en", words: {}, languages: {de: {dir: "ltr", texts: {"scenes.gone.title": "Weg"}}}};
  assert.throws(() => apply(bundle, "de"), /scenes\.gone\.title/);
});

test("A seed's variant fills its fields everywhere, and nothing else in braces.", () => {
  const bundle = {variants: {pretext: {options: [{id: "parcel", fields: {name: "ShipQuick"}}]}}, words: {"timer.left": "{seconds} left"},
    scenes: {inbox: {content: {messages: {one: {subject: "{pretext.name} and {other.name} and {code}"}}}}}};
  const shown = filled(bundle, () => 0);
  assert.equal(shown.scenes.inbox.content.messages.one.subject, "ShipQuick and {other.name} and {code}");
  assert.equal(shown.words["timer.left"], "{seconds} left");
});
