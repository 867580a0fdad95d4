// Starts the behaviours that pages ask for by their data attributes.
// @ts-check
import { startCopying } from "./copy.js";
import { startUploads } from "./upload/queue.js";

startUploads(document);
startCopying(document);
