/** The few words that scripts say come with the page, in its language: `<meta name="word-…" content="…">`. */
export function word(name: string): string {
  return document.querySelector<HTMLMetaElement>(`meta[name="word-${name}"]`)?.content ?? "";
}
