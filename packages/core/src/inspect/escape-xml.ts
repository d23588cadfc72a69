/** Text as it must stand in HTML and MathML. */

/** The text with the characters that mean something there as references. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
