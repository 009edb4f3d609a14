// Draws the pages of a PDF with pdf.js: the file is read as data, nothing in it is run.
const box = document.querySelector("[data-viewer]");
const bar = box?.querySelector(".viewer__bar");
const canvas = box?.querySelector("canvas");
let pdf = null;
let number = 1;
let zoom = 1;
let drawing = null;

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name]);

const draw = async () => {
  drawing?.cancel();
  const page = await pdf.getPage(number);
  const room = box.querySelector(".viewer__page").clientWidth - 32;
  const natural = page.getViewport({ scale: 1 });
  const scale = Math.min(1.6, room / natural.width) * zoom;
  const sharp = Math.min(window.devicePixelRatio || 1, 2);
  const viewport = page.getViewport({ scale: scale * sharp });
  canvas.width = Math.floor(viewport.width);
  canvas.height = Math.floor(viewport.height);
  canvas.style.width = `${Math.floor(viewport.width / sharp)}px`;
  const place = fill(box.dataset.page, { number, all: pdf.numPages });
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", place);
  box.querySelector("[data-viewer-place]").textContent = place;
  bar.querySelector('[data-viewer-go="-1"]').disabled = number <= 1;
  bar.querySelector('[data-viewer-go="1"]').disabled = number >= pdf.numPages;
  drawing = page.render({ canvas, canvasContext: canvas.getContext("2d"), viewport });
  try {
    await drawing.promise;
    const text = await page.getTextContent();
    box.querySelector("[data-viewer-text]").textContent = text.items.map((item) => item.str).join(" ");
    box.dataset.drawn = String(number);
  } catch (error) {
    if (error.name !== "RenderingCancelledException") throw error;
  }
};

const fail = () => {
  const line = document.createElement("p");
  line.setAttribute("role", "alert");
  line.textContent = box.dataset.failed;
  box.replaceChildren(line);
};

const open = async () => {
  const library = await import(box.dataset.library);
  library.GlobalWorkerOptions.workerSrc = box.dataset.worker;
  pdf = await library.getDocument({
    url: box.dataset.viewer,
    cMapUrl: `${box.dataset.beside}cmaps/`,
    cMapPacked: true,
    wasmUrl: `${box.dataset.beside}wasm/`,
    isEvalSupported: false,
    enableXfa: false,
    disableRange: true,
  }).promise;
  bar.hidden = false;
  bar.addEventListener("click", (event) => {
    const { viewerGo, viewerZoom } = event.target.dataset;
    if (viewerGo) number = Math.min(pdf.numPages, Math.max(1, number + Number(viewerGo)));
    else if (viewerZoom) zoom = Math.min(4, Math.max(0.25, zoom * Number(viewerZoom)));
    else return;
    draw().catch(fail);
  });
  await draw();
};

if (box) open().catch(fail);
