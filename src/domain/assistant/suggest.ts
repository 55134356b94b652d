import * as z from 'zod'
import type { Calling } from '../../context.ts'
import { ProviderError } from '../../integrations/exchange.ts'
import type { Assistant, Question, Reply } from '../../integrations/openai/client.ts'
import { Refusal, refused } from '../../refusal.ts'
import { id, text } from '../../schema.ts'
import { call } from '../../verb.ts'
import { switchedOff } from '../integrations/connection.ts'
import { Advice, adviceOf } from './advice.ts'
import { reserveTokens, type Settlement, settleTokens } from './budget.ts'
import { gatherKnowledge, type Knowledge } from './knowledge.ts'
import { assistantConnection } from './provider.ts'
import { questionOf, readAnswer } from './question.ts'

export const suggestRepair = call(
  {
    summary: 'Get AI repair suggestions',
    description:
      "Ranked suggestions; prices are the shop's own where a product or a past repair fits. Of the customer nothing is sent: " +
      'names, addresses, numbers and codes in the symptoms are masked. 422 where the assistant is off, 429 where its tokens of ' +
      'the day are used up, 502 where OpenAI gives no answer that can be used.',
    can: 'assistant:use',
    module: 'ai',
    body: z.object({
      device_brand: text(100)
        .describe('Device manufacturer')
        .meta({ examples: ['Apple'] }),
      device_model: text(100)
        .describe('Device model name')
        .meta({ examples: ['iPhone 14 Pro'] }),
      symptoms: text(5000)
        .describe('Free-text description of reported symptoms')
        .meta({ examples: ['Screen cracked, touch unresponsive in bottom half'] }),
      customer_type: z.enum(['individual', 'business']).describe('Affects pricing context'),
      customer_id: id().optional().describe('For the prices that were agreed with this customer'),
    }),
    output: Advice,
  },
  async (ctx, { body }) => {
    const knowledge = await gatherKnowledge(ctx, { body: { asked: body } })
    const assistant = await mustBeOn(ctx, knowledge)
    const { question, masked, most_tokens: tokens } = questionOf(body, knowledge)
    const { openai_model, daily_token_limit } = knowledge.config
    const { device_brand, device_model } = masked
    const wanted = { device_brand, device_model, openai_model, tokens }
    const consultation = await reserveTokens(ctx, { body: { wanted, daily_token_limit } })
    const { advice, ...settlement } = await consult(assistant, question, knowledge)
    await settleTokens(ctx, { params: { id: consultation }, body: { settlement } })
    if (!advice) throw settlement.refusal
    return advice
  },
)

async function mustBeOn(ctx: Calling, { config }: Knowledge): Promise<Assistant> {
  if (!config.enabled) {
    throw refused('assistant_disabled', 'The AI assistant is switched off for this shop.')
  }
  const connection = await assistantConnection(ctx, config.openai_model)
  if (!connection) {
    throw refused('assistant_unconfigured', 'OpenAI is not connected: no API key is saved.')
  }
  if (!connection.enabled) throw switchedOff('openai')
  return connection.provider
}

type Consulted = Settlement & { advice?: z.input<typeof Advice>; refusal?: Refusal }

/** The question, and whatever becomes of it. */
async function consult(
  assistant: Assistant,
  question: Question,
  knowledge: Knowledge,
): Promise<Consulted> {
  try {
    const reply = await assistant.ask(question)
    const answer = reply.outcome === 'answered' ? readAnswer(reply.text) : undefined
    if (!answer) return unusable(reply)
    const advice = adviceOf(answer, knowledge)
    return { outcome: 'answered', tokens: reply.tokens, answer: advice, failure: null, advice }
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    // After a definite failure nothing was spent; of one without an answer nobody knows.
    const tokens = error.failure === 'no_answer' ? null : 0
    return { outcome: 'failed', tokens, failure: error.message, refusal: error }
  }
}

const failures: Record<Exclude<Reply['outcome'], 'answered'> | 'invalid', string> = {
  refused: 'The AI model refused to answer; describe the symptoms in other words.',
  incomplete: 'The AI model did not finish its answer; try again, or with fewer symptoms.',
  failed: 'The AI model failed; try again.',
  invalid: 'The AI model gave an answer that makes no sense; try again.',
}

function unusable({ outcome: came, tokens }: Reply): Consulted {
  const outcome = came === 'answered' ? 'invalid' : came
  const failure = failures[outcome]
  return {
    outcome,
    tokens,
    failure,
    refusal: new Refusal(502, `assistant_${outcome}`, failure),
  }
}
