/** JSON that is written as it stands (ES2026): how `89.00` keeps its zeros. */
interface RawJSON {
  readonly rawJSON: string
}
interface JSON {
  rawJSON(text: string): RawJSON
}
