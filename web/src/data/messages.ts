/** Reads a stream of Server-Sent Events. The browser's own reader takes no headers, and does not tell why it failed. */

/** A message of it. */
export interface Message {
  id: string
  event: string
  data: string
}

/** The messages, as they come. Whoever stops reading ends the stream. */
export async function* messagesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Message> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      text += decoder.decode(value, { stream: true })
      const whole = text.split('\n\n')
      text = whole.pop() ?? ''
      // Lines that only keep the connection open are none.
      yield* whole.map(messageOf).filter(({ data }) => data !== '')
    }
  } finally {
    void reader.cancel().catch(() => undefined)
  }
}

function messageOf(lines: string): Message {
  const message: Message = { id: '', event: '', data: '' }
  for (const line of lines.split('\n')) {
    const [, name, value = ''] = /^(id|event|data): ?(.*)$/.exec(line) ?? []
    if (name) message[name as keyof Message] = value
  }
  return message
}
