// Draws the first page of a PDF, or the first lines of a text as a page. PDF.js runs within this worker, so that whatever a document
// makes of it ends with the worker.
// @ts-check

/** Pixels of the longest side; a text's page has the shape of A4. */
const SIDE = 512;
const SHEET = [362, SIDE];
/** Of a text: bytes that are read, lines that are drawn, and pixels. */
const READ = 16 * 1024;
const LINES = 26;
const LINE = 18;
const MARGIN = 26;
/** A picture in a PDF that is larger is left out, in pixels. */
const MOST_PIXELS = 16_000_000;

addEventListener("message", async ({ data }) => {
  const { document: file } = data;
  if (!(file instanceof File)) return;
  const canvas = await (file.type === "application/pdf" ? drawPdf(file) : drawText(file)).catch(() => null);
  const page = canvas?.transferToImageBitmap() ?? null;
  postMessage({ page }, { transfer: page ? [page] : [] });
});

/** @param {File} file */
async function drawPdf(file) {
  const beside = (/** @type {string} */ name) => new URL(name, location.href).href;
  // The parser says where it is, so that PDF.js begins no worker of its own.
  await import(beside("pdf_parser.js"));
  const { getDocument } = await import(beside("pdf.js"));
  const data = new Uint8Array(await file.arrayBuffer());
  const loading = getDocument({ data, CanvasFactory, FilterFactory, ...QUIET });
  const page = await (await loading.promise).getPage(1);
  const { width, height } = page.getViewport({ scale: 1 });
  const viewport = page.getViewport({ scale: SIDE / Math.max(width, height) });
  const { canvas, context } = sheet(Math.round(viewport.width), Math.round(viewport.height));
  await page.render({ canvas: null, canvasContext: context, viewport }).promise;
  return canvas;
}

/** Nothing is fetched, and no font becomes one of the page's. */
const QUIET = {
  disableFontFace: true,
  useSystemFonts: false,
  useWorkerFetch: false,
  useWasm: false,
  isEvalSupported: false,
  enableXfa: false,
  maxImageSize: MOST_PIXELS,
  verbosity: 0,
};

/** As PDF.js asks for canvases. */
class CanvasFactory {
  /**
   * @param {number} width
   * @param {number} height
   */
  create(width, height) {
    const canvas = new OffscreenCanvas(width, height);
    return { canvas, context: canvas.getContext("2d", { willReadFrequently: true }) };
  }

  /**
   * @param {{canvas: OffscreenCanvas}} made
   * @param {number} width
   * @param {number} height
   */
  reset({ canvas }, width, height) {
    Object.assign(canvas, { width, height });
  }

  /** @param {{canvas: OffscreenCanvas | null, context: unknown}} made */
  destroy(made) {
    Object.assign(made, { canvas: null, context: null });
  }
}

/** Filters are elements of a page, and a worker has none: what asks for one is drawn without. */
class FilterFactory {
  addFilter = () => "none";
  addHCMFilter = () => "none";
  addAlphaFilter = () => "none";
  addLuminosityFilter = () => "none";
  addHighlightHCMFilter = () => "none";
  destroy() {}
}

/** @param {File} file */
async function drawText(file) {
  const text = await file.slice(0, READ).text();
  const [width = 0, height = 0] = SHEET;
  // Bytes without a meaning are no text.
  if (!text.trim() || text.includes("\0")) return null;
  const { canvas, context } = sheet(width, height);
  context.fillStyle = "#3c4640";
  context.font = "14px ui-monospace, monospace";
  const columns = Math.floor((width - 2 * MARGIN) / context.measureText("0").width);
  const lines = text.split(/\r\n|\r|\n/).flatMap((line) => wrapped(line.replaceAll("\t", "  "), columns));
  for (const [place, line] of lines.slice(0, LINES).entries()) {
    context.fillText(line, MARGIN, MARGIN + LINE * (place + 1));
  }
  return canvas;
}

/**
 * @param {string} line
 * @param {number} columns
 */
function wrapped(line, columns) {
  const parts = [];
  let rest = line.slice(0, columns * LINES);
  while (rest.length > columns) {
    const space = rest.lastIndexOf(" ", columns);
    const end = space > columns / 2 ? space : columns;
    parts.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...parts, rest];
}

/**
 * @param {number} width
 * @param {number} height
 */
function sheet(width, height) {
  const canvas = new OffscreenCanvas(Math.max(1, width), Math.max(1, height));
  const context = canvas.getContext("2d");
  if (!context) throw new Error("nothing to draw on");
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
  return { canvas, context };
}
