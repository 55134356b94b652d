/** What is left of a stranger's file name: no folders, no control characters, whole characters only. */
export const cleanFilename = (name: string) =>
  [...(name.toWellFormed().split(/[\\/]/).at(-1) ?? '').replace(/\p{C}/gu, '')]
    .slice(0, 200)
    .join('')
    .trim() || 'file'
