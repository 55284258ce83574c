/** Starts the player with a SCORM 2004 record. */
import {start} from "./main.js";
import * as record from "./record/scorm2004.js";

start(record);
