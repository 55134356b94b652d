/** What a queue takes at once. */
const most = 100

/** Sends any number of messages to a queue. */
export async function enqueue<Message>(queue: Queue<Message>, messages: Message[]) {
  for (let from = 0; from < messages.length; from += most) {
    await queue.sendBatch(messages.slice(from, from + most).map((body) => ({ body })))
  }
}
