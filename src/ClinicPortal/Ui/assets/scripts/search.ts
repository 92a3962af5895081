// The number that calls finds the patient without being typed twice: <fluent-text-input name="caller.phone" data-search="query">
// hands what was typed to the search field of that id and sends its form, on Enter or by the button
// <fluent-button data-search-from="caller.phone">. Not on leaving the field: the answer would meet a search typed meanwhile.

interface TextInput extends HTMLElement {
  value: string;
}

function digits(text: string) {
  return text.normalize("NFKC").replace(/\D/g, "");
}

function search(source: TextInput) {
  const query = document.getElementById(source.dataset["search"] ?? "") as TextInput | null;
  const number = digits(source.value);
  if (!query || number === "" || digits(query.value) === number) return;
  query.value = source.value.trim();
  query.closest("form")?.requestSubmit();
}

const source = (event: Event) => (event.target as Element | null)?.closest?.<TextInput>("fluent-text-input[data-search]");

addEventListener("keydown", event => {
  const field = source(event);
  if (!field || event.key !== "Enter" || event.isComposing) return;
  // Enter would take the call down without a patient.
  event.preventDefault();
  event.stopPropagation();
  search(field);
}, { capture: true });

addEventListener("click", event => {
  const name = (event.target as Element | null)?.closest?.<HTMLElement>("[data-search-from]")?.dataset["searchFrom"];
  const field = name && document.querySelector<TextInput>(`fluent-text-input[name="${CSS.escape(name)}"]`);
  if (field) search(field);
});
