import { sha256Hex } from '../../lib/digest.ts'

/** The Message-ID of the one mail that there is to be of something: every try of it has the same. */
export const mailIdOf = (...what: (string | number)[]) => sha256Hex(what.join('/')).slice(0, 40)
