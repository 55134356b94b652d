import type { Json } from '../harness/client.ts'
import type { Body, Factory, Ids } from './factory.ts'

const newTutorial = async (f: Factory): Promise<Json> =>
  f.create('/tutorials', await f.body('/tutorials'))

const readables = new WeakMap<Factory, Promise<{ id: number; step_id: number }>>()

/** A tutorial with its first step; one and the same for path and body. */
function readable(f: Factory) {
  const tutorial =
    readables.get(f) ?? newTutorial(f).then(({ id, steps }) => ({ id, step_id: steps[0].id }))
  readables.set(f, tutorial)
  return tutorial
}

/** Valid bodies of tutorials. */
export const tutorialBodies: Record<string, (f: Factory) => Promise<Body> | Body> = {
  '/tutorials': (f) => ({
    title: f.name('Tutorial'),
    steps: [{ title: 'Look', body: 'Look at the board.' }],
  }),
  '/tutorials/step': async (f) => {
    const { id, step_id } = await readable(f)
    return { tutorial_id: id, step_id }
  },
  '/tutorials/{id}/steps/complete': async (f) => ({ step_id: (await readable(f)).step_id }),
  '/tutorials/settings': () => ({ completed_onboarding: true }),
}

export const tutorialRecords: Record<string, (f: Factory) => Promise<Ids>> = {
  '/tutorial-steps/{id}': async (f) => ({ id: (await newTutorial(f)).steps[0].id }),
}

export const tutorialStates: Record<string, (f: Factory) => Promise<Ids>> = {
  'POST /tutorials/{id}/steps/complete': async (f) => ({ id: (await readable(f)).id }),
}

export const tutorialCollections = {
  tutorial_id: '/tutorials',
  step_id: '/tutorial-steps',
}
