import { completeStep, completeStepOf, resetTutorial } from '../domain/tutorials/completing.ts'
import { createTutorial, deleteTutorial, updateTutorial } from '../domain/tutorials/own.ts'
import { seedTutorials } from '../domain/tutorials/seeding.ts'
import { getTutorialSettings, updateTutorialSettings } from '../domain/tutorials/settings.ts'
import { getTutorial, listProgress, listTutorials } from '../domain/tutorials/tutorials.ts'
import { router } from '../http/context.ts'
import { serve } from '../http/serve.ts'

/** A number: `progress` and `settings` are no tutorials, whatever the method. */
const one = '/:id{[0-9]+}'

export const tutorialRoutes = router()
  .get('/', serve(listTutorials))
  .post('/', serve(createTutorial))
  .get('/progress', serve(listProgress))
  .post('/step', serve(completeStep))
  .get('/settings', serve(getTutorialSettings))
  .put('/settings', serve(updateTutorialSettings))
  .patch('/settings', serve(updateTutorialSettings))
  .post('/seed', serve(seedTutorials))
  .get(one, serve(getTutorial))
  .put(one, serve(updateTutorial))
  .patch(one, serve(updateTutorial))
  .delete(one, serve(deleteTutorial))
  .post(`${one}/steps/complete`, serve(completeStepOf))
  .post(`${one}/reset`, serve(resetTutorial))
