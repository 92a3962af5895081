// A form with data-passkey is sent with what the device answers to the portal's challenge:
//   <form method="post" action="/sign-in/passkey" data-passkey="use|make" data-passkey-options="/sign-in/passkey/options">
//     <input type="hidden" name="credential"> <input type="hidden" name="state"> … <p data-passkey-failed hidden>

interface Challenge {
  options: string;
  state: string;
}

function field(form: HTMLFormElement, name: string) {
  return form.elements.namedItem(name) as HTMLInputElement;
}

async function challenge(form: HTMLFormElement): Promise<Challenge> {
  const body = new URLSearchParams({ __RequestVerificationToken: field(form, "__RequestVerificationToken").value });
  const response = await fetch(form.dataset["passkeyOptions"] ?? "", { method: "POST", body });
  if (!response.ok) throw new Error(`${response.status}`);
  return await response.json() as Challenge;
}

async function answer(form: HTMLFormElement, asked: Challenge) {
  const options: unknown = JSON.parse(asked.options);
  const credential = form.dataset["passkey"] === "make"
    ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options as PublicKeyCredentialCreationOptionsJSON) })
    : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options as PublicKeyCredentialRequestOptionsJSON) });
  return JSON.stringify(credential);
}

addEventListener("submit", event => {
  const form = event.target as HTMLFormElement;
  if (!form.dataset["passkey"] || field(form, "credential").value) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (form.ariaBusy === "true") return;
  const failed = form.querySelector<HTMLElement>("[data-passkey-failed]");
  if (failed) failed.hidden = true;
  form.ariaBusy = "true";
  challenge(form)
    .then(async asked => {
      field(form, "credential").value = await answer(form, asked);
      field(form, "state").value = asked.state;
      form.submit();
    })
    .catch(() => {
      // Cancelled, no passkey here, or none that the portal knows: what to do is the same.
      if (failed) failed.hidden = false;
    })
    .finally(() => { form.ariaBusy = null; });
}, { capture: true });
