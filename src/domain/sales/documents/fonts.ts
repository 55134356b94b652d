import regular from '@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf'
import semibold from '@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf'
import type { FontFiles } from './paper.ts'

/**
 * Inter (SIL Open Font Licence): Latin, Greek, Cyrillic. Only the Worker's bundle can load this
 * file; like `renderInvoice` it belongs behind `import()`.
 */
export const fonts: FontFiles = { regular, semibold }
