/** The Worker's role in a throw-away database. */
export const worker = { name: 'repair_angel_app', password: 'worker' }
