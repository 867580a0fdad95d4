// Starts the behaviours that pages ask for by their data attributes.
// @ts-check
import { startFilter } from "./gallery/filter.js";
import { startKeys } from "./gallery/keys.js";
import { startList } from "./gallery/list.js";
import { startSelection } from "./gallery/selection.js";
import { startViewer } from "./gallery/viewer.js";
import { startCopying } from "./page/copy.js";
import { startDialogs } from "./page/dialogs.js";
import { startPreview } from "./page/preview.js";
import { startThemeSwitch } from "./page/theme_switch.js";
import { startUploads } from "./upload/queue.js";

startUploads(document);
startCopying(document);
startDialogs(document);
startThemeSwitch(document);
startPreview(document);
startList(document);
startFilter(document);
startSelection(document);
startViewer(document);
startKeys(document);
