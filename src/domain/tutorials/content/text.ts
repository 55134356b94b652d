/** A default tutorial in one language. */
export interface Text {
  title: string
  /** In order; a line break in a body is a space. */
  steps: [title: string, body: string][]
}
