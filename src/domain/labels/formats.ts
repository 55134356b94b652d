/** Width and height of a label in mm: rolls that label printers have. */
export const labelFormats = ['62x29', '89x28', '100x50'] as const
export type LabelFormat = (typeof labelFormats)[number]

export const labelCodes = ['code128', 'qr'] as const
export type LabelCode = (typeof labelCodes)[number]
