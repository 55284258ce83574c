/** Starts the player with a SCORM 1.2 record. */
import {start} from "./main.js";
import * as record from "./record/scorm12.js";

start(record);
