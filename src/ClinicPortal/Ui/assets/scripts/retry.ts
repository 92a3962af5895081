// A page that could not be shown comes by itself once the server can: <main data-retry="/health/ready">.

const every = 3_000;

async function look() {
  const address = document.querySelector<HTMLElement>("[data-retry]")?.dataset["retry"];
  if (!address) return;
  const ready = await fetch(address, { cache: "no-store" }).then(response => response.ok, () => false);
  if (ready) location.reload();
}

setInterval(() => void look(), every);
