// A photo is drawn anew before it is sent: smaller, and without the place and the device that phones write into it.

const longest = 1_600;

export async function withoutTraces(input: HTMLInputElement): Promise<void> {
  const file = input.files?.[0];
  if (!file || file.type === "image/jpeg" && file.name === "photo.jpg") return;
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(file);
  } catch {
    // No picture: the portal says so.
    return;
  }
  const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.round(picture.width * scale), Math.round(picture.height * scale)];
  canvas.getContext("2d")!.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const blob = await new Promise<Blob | null>(done => canvas.toBlob(done, "image/jpeg", 0.85));
  if (!blob) return;
  const chosen = new DataTransfer();
  chosen.items.add(new File([blob], "photo.jpg", { type: "image/jpeg" }));
  input.files = chosen.files;
}
