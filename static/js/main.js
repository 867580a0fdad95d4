// Starts the behaviours that pages ask for by their data attributes: each once, whatever content comes and goes.
// @ts-check
import { startArchives } from "./archive/start.js";
import { startArriving } from "./gallery/arriving.js";
import { startCardMenu } from "./gallery/card_menu.js";
import { startCatchingUp } from "./gallery/catch_up.js";
import { startDragging } from "./gallery/dragging.js";
import { startFilter } from "./gallery/filter.js";
import { startFolders } from "./gallery/folders.js";
import { startKeys } from "./gallery/keys.js";
import { startList } from "./gallery/list.js";
import { startNames } from "./gallery/names.js";
import { startRenaming } from "./gallery/renaming.js";
import { startSelection } from "./gallery/selection.js";
import { startStars } from "./gallery/stars.js";
import { startTimeline } from "./gallery/timeline.js";
import { startViewer } from "./gallery/viewer.js";
import { startBusy } from "./page/busy.js";
import { onContent } from "./page/content.js";
import { startDialogs } from "./page/dialogs.js";
import { startEyes } from "./page/eye.js";
import { startInstalling } from "./page/install.js";
import { startNavigation } from "./page/navigation.js";
import { startPlayers } from "./page/players.js";
import { startPreview } from "./page/preview.js";
import { startShares } from "./page/shares.js";
import { signInAgain, startSigningInAgain } from "./page/sign_in_again.js";
import { startSheets } from "./page/sheets.js";
import { startSwitches } from "./page/switches.js";
import { startThemeSwitch } from "./page/theme_switch.js";
import { startToasts } from "./page/toasts.js";
import { tellZone } from "./page/zone.js";
import { startZooming } from "./page/zoom.js";
import { startUploads } from "./upload/queue.js";
import { startShared } from "./upload/shared.js";

// What is under way begins once, and lives on when the content is swapped.
const uploads = startUploads(document, { signInAgain });
startSigningInAgain(document);
startArchives(document, signInAgain);
startDialogs(document);
startToasts(document);
startSheets(document);
startShares(document);
startSwitches(document);
startEyes(document);
tellZone(document);
startThemeSwitch(document);
startPreview(document);
startPlayers(document);
startZooming(document);
startList(document);
startTimeline(document);
startFilter(document);
startSelection(document);
startNames(document);
startStars(document);
startArriving(document);
startCardMenu(document);
startFolders(document);
startDragging(document);
startViewer(document);
startRenaming(document);
startKeys(document);
startCatchingUp(document, uploads?.engine.sight, () => (uploads?.running.size ?? 0) > 0);
// Few pages have something to copy. Without the button, people copy by hand.
let isCopying = false;
onContent(document, () => {
  if (isCopying || !document.querySelector("[data-copy-button]")) return;
  isCopying = true;
  import("./page/copy.js").then(({ startCopying }) => startCopying(document)).catch(() => (isCopying = false));
});
startInstalling(document);
if (uploads) void startShared(document, (found) => void uploads.add(found));
// Last, so that it takes only the clicks that nobody else took.
startNavigation(document);
startBusy(document);
