// A field for a photo that is chosen, dropped or pasted: the widget of photo_box.py, which reads it.

const LARGEST = 1600; // pixels: larger photos are reduced before they are sent

/** What is in a file, reduced if it is a picture that the browser can read; HEIC is one that most cannot. */
async function bytesOf(file) {
  try {
    const picture = await createImageBitmap(file), scale = Math.min(1, LARGEST / Math.max(picture.width, picture.height));
    const canvas = new OffscreenCanvas(Math.ceil(scale * picture.width), Math.ceil(scale * picture.height));
    const drawn = canvas.getContext("2d");
    drawn.fillStyle = "#fff"; // paper, where it is transparent
    drawn.fillRect(0, 0, canvas.width, canvas.height);
    drawn.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return (await canvas.convertToBlob({ type: "image/png" })).arrayBuffer();
  } catch {
    return file.arrayBuffer();
  }
}

function render({ model, el }) {
  el.innerHTML = `<div class="photo-box look" data-lm-suppress-shortcuts="true" lang="en" dir="ltr">
    <div class="field" tabindex="0" role="group" aria-label="Photo of a digit">
      <label>Choose a photo <input type="file" accept="image/*,.heic,.heif"></label>
      <span>drop one here, or click here and paste one</span>
    </div>
    <p role="status"></p><img hidden></div>`;
  const [field, input, status, shown] = [".field", "input", "p", "img"].map((name) => el.querySelector(name));

  async function read(files) {
    const file = [...files].find(({ type, name }) => type.startsWith("image/") || /\.hei[cf]$/i.test(name));
    status.textContent = file ? "Reading ... If no answer comes, run this cell again." : "That is no picture.";
    shown.hidden = true;
    if (file) model.send({ photo: file.name }, undefined, [await bytesOf(file)]);
  }
  function show() {
    const { message = "", picture } = model.get("answer");
    status.textContent = message;
    shown.hidden = !picture?.byteLength;
    if (shown.hidden) return;
    URL.revokeObjectURL(shown.src);
    shown.src = URL.createObjectURL(new Blob([picture], { type: "image/png" }));
    shown.alt = `How the photo was prepared. ${message}`;
  }
  const take = (event, data) => {
    if (!data.files.length && event.type !== "drop") return; // a dropped link would lead away from the notebook
    event.preventDefault();
    event.stopPropagation();
    read(data.files);
  };
  input.addEventListener("change", () => {
    if (input.files.length) read(input.files);
    input.value = ""; // so that the same photo can be chosen again
  });
  field.addEventListener("paste", (event) => take(event, event.clipboardData));
  field.addEventListener("drop", (event) => take(event, event.dataTransfer));
  for (const name of ["dragenter", "dragover"]) field.addEventListener(name, (event) => {
    event.preventDefault();
    event.stopPropagation();
  });
  model.on("change:answer", show);
  show();
  return () => model.off("change:answer", show);
}

export default { render };
