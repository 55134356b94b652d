/** The bundler copies fonts beside the Worker; importing one yields its bytes. */
declare module '*.ttf' {
  const bytes: ArrayBuffer
  export default bytes
}
