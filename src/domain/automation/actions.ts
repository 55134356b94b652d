import type { Action } from './action.ts'
import { messageActions } from './message-actions.ts'
import type { Trigger } from './triggers.ts'
import { workActions } from './work-actions.ts'

/** What a rule can do, by type. */
export const actions: Readonly<Record<string, Action>> = { ...workActions, ...messageActions }

export const actionOf = (type: string): Action | undefined =>
  Object.hasOwn(actions, type) ? actions[type] : undefined

/** Has the trigger a record that the action can be done to? */
export const fits = ({ needs }: Action, { source }: Trigger) =>
  needs === undefined || source?.links[needs] !== undefined
