// Turns the text area of a chapter into an editor (Tiptap). Without script it stays a text area with the marks in it.
// What is typed goes back into the text area at once, so saving, keeping and conflicts work as with any field.
import * as tiptap from "../vendor/prose-editor/editor.js";

const words = JSON.parse(document.getElementById("rich-words").textContent);
const holder = document.querySelector("[data-editor]");
const area = holder.querySelector("textarea[data-rich]");
const form = area.form;
const label = holder.querySelector(`label[for="${area.id}"]`);

const make = (name, set, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(set)) made.setAttribute(key, value);
  made.append(...children);
  return made;
};

const status = make("p", { class: "rich__status", role: "status" });
const say = (text) => { status.textContent = text; };

// A picture goes to the portal first; the text holds its address alone.
const upload = async (file) => {
  const sent = new FormData();
  sent.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  sent.set("file", file);
  say(words.uploading);
  try {
    const answer = await fetch(holder.dataset.editor, { method: "POST", body: sent, credentials: "same-origin" });
    const said = await answer.json();
    say(answer.ok ? "" : said.error || words.failed);
    return answer.ok ? said.url : "";
  } catch {
    say(words.failed);
    return "";
  }
};

const place = async (file, alt, caption) => {
  const url = await upload(file);
  if (!url) return;
  const content = [{ type: "image", attrs: { src: url, alt } }];
  if (caption) content.push({ type: "caption", content: [{ type: "text", text: caption }] });
  editor.chain().focus().insertContent({ type: "figure", content }).run();
};

const pictures = (list) => [...(list || [])].filter((file) => ["image/png", "image/jpeg"].includes(file.type));
// Word and tables of figures put a picture of what was copied beside its text: the text is meant.
const hasText = (data) => Boolean(data?.getData("text/plain").trim());
const take = (files) => { files.forEach((file) => place(file, "", "")); return files.length > 0; };

// The caption as plain text; the module's own brings a button with words of its own.
const Caption = tiptap.Node.create({
  name: "caption",
  content: "text*",
  marks: "",
  parseHTML: () => [{ tag: "figcaption" }],
  renderHTML: ({ HTMLAttributes }) => ["figcaption", HTMLAttributes, 0],
});

const surface = make("div", { class: "rich__surface" });
const editor = new tiptap.Editor({
  element: surface,
  injectCSS: false,  // the policy allows no style that a script writes; static/css/rich.css has what is needed
  extensions: [
    tiptap.Document, tiptap.Paragraph, tiptap.Text, tiptap.HardBreak, tiptap.History,
    tiptap.Heading.configure({ levels: [2, 3, 4] }),
    tiptap.Bold, tiptap.Italic, tiptap.Underline, tiptap.Strike, tiptap.Subscript, tiptap.Superscript,
    tiptap.BulletList, tiptap.OrderedList, tiptap.ListItem, tiptap.Blockquote, tiptap.HorizontalRule,
    tiptap.Table.configure({ resizable: false }), tiptap.TableRow, tiptap.TableHeader, tiptap.TableCell,
    tiptap.Figure, tiptap.Image, Caption, tiptap.Gapcursor,
  ],
  content: area.value,
  editorProps: {
    attributes: {
      role: "textbox", "aria-multiline": "true", "aria-label": label ? label.textContent.trim() : area.name,
      class: "rich rich__text",
    },
    handlePaste: (_view, event) => !hasText(event.clipboardData) && take(pictures(event.clipboardData?.files)),
    handleDrop: (_view, event) => take(pictures(event.dataTransfer?.files)),
    transformPastedHTML: (html) => html.replace(/<img[^>]*>/gi, ""),
  },
  onUpdate: () => {
    area.value = editor.isEmpty ? "" : editor.getHTML();
    area.dispatchEvent(new Event("input", { bubbles: true }));
  },
});

// The toolbar: buttons that say what they do, one stop of the tab key, arrows inside (ARIA: toolbar).
const tools = [
  ["bold", "B", () => editor.chain().focus().toggleBold().run(), () => editor.isActive("bold")],
  ["italic", "I", () => editor.chain().focus().toggleItalic().run(), () => editor.isActive("italic")],
  ["underline", "U", () => editor.chain().focus().toggleUnderline().run(), () => editor.isActive("underline")],
  ["heading2", "H1", () => editor.chain().focus().toggleHeading({ level: 2 }).run(),
    () => editor.isActive("heading", { level: 2 })],
  ["heading3", "H2", () => editor.chain().focus().toggleHeading({ level: 3 }).run(),
    () => editor.isActive("heading", { level: 3 })],
  ["paragraph", "¶", () => editor.chain().focus().setParagraph().run(), () => editor.isActive("paragraph")],
  ["bullets", "•", () => editor.chain().focus().toggleBulletList().run(), () => editor.isActive("bulletList")],
  ["numbers", "1.", () => editor.chain().focus().toggleOrderedList().run(), () => editor.isActive("orderedList")],
  ["quote", "“ ”", () => editor.chain().focus().toggleBlockquote().run(), () => editor.isActive("blockquote")],
  ["table", "▦", () => editor.chain().focus().insertTable({ rows: 3, cols: 3, withHeaderRow: true }).run()],
  ["row", "▦↓", () => editor.chain().focus().addRowAfter().run(), null, () => editor.isActive("table")],
  ["column", "▦→", () => editor.chain().focus().addColumnAfter().run(), null, () => editor.isActive("table")],
  ["dropRow", "▦−↓", () => editor.chain().focus().deleteRow().run(), null, () => editor.isActive("table")],
  ["dropColumn", "▦−→", () => editor.chain().focus().deleteColumn().run(), null, () => editor.isActive("table")],
  ["dropTable", "▦✕", () => editor.chain().focus().deleteTable().run(), null, () => editor.isActive("table")],
  ["figure", "▣", () => ask()],
  ["undo", "↶", () => editor.chain().focus().undo().run(), null, () => editor.can().undo()],
  ["redo", "↷", () => editor.chain().focus().redo().run(), null, () => editor.can().redo()],
];
const bar = make("div", { class: "rich__tools", role: "toolbar", "aria-label": words.toolbar });
const buttons = tools.map(([name, sign, act], at) => {
  const button = make("button", {
    type: "button", class: "rich__tool", title: words[name], "aria-label": words[name], tabindex: at ? "-1" : "0",
  }, make("span", { "aria-hidden": "true" }, sign));
  button.addEventListener("click", () => {
    if (button.getAttribute("aria-disabled") === "true") return;
    act();
    // The editor's own focus() waits for the next frame: what is typed until then would go to the button.
    if (!dialog.open) editor.view.focus();
  });
  bar.append(button);
  return button;
});
const refresh = () => tools.forEach(([, , , active, possible], at) => {
  if (active) buttons[at].setAttribute("aria-pressed", String(active()));
  if (possible) buttons[at].setAttribute("aria-disabled", String(!possible()));
});
bar.addEventListener("keydown", (event) => {
  const now = buttons.indexOf(document.activeElement);
  const next = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: buttons.length - 1 }[event.key];
  if (next === undefined || now < 0) return;
  event.preventDefault();
  buttons[now].tabIndex = -1;
  const to = buttons[(next + buttons.length) % buttons.length];
  to.tabIndex = 0;
  to.focus();
});
editor.on("transaction", refresh);

// A picture is chosen with words for those who cannot see it.
const file = make("input", { type: "file", accept: ".png,.jpg,.jpeg,image/png,image/jpeg", id: "rich_file" });
const alt = make("input", { type: "text", id: "rich_alt", maxlength: "300" });
const caption = make("input", { type: "text", id: "rich_caption", maxlength: "300" });
const put = make("button", { class: "btn btn-primary", value: "put" }, words.figure);
const leave = make("button", { type: "button", class: "btn btn-link" }, words.cancel);
leave.addEventListener("click", () => dialog.close());
const dialog = make("dialog", { class: "rich__dialog", "aria-label": words.figure },
  make("form", { method: "dialog" },
    make("p", {}, make("label", { for: "rich_file" }, words.figure), file),
    make("p", {}, make("label", { for: "rich_alt" }, words.alt), alt),
    make("p", {}, make("label", { for: "rich_caption" }, words.caption), caption),
    put, leave));
const ask = () => { file.value = ""; alt.value = ""; caption.value = ""; dialog.returnValue = ""; dialog.showModal(); };
dialog.addEventListener("close", () => {
  if (dialog.returnValue === "put" && file.files.length) place(file.files[0], alt.value.trim(), caption.value.trim());
});

area.hidden = true;
area.after(bar, surface, status);
document.body.append(dialog);
// The text area is out of sight: its label and what the summary of errors says of it lead to the editor.
[label, ...document.querySelectorAll(`a[href="#${area.id}"]`)].filter(Boolean).forEach((way) => {
  way.addEventListener("click", (event) => { event.preventDefault(); editor.commands.focus(); });
});
refresh();
