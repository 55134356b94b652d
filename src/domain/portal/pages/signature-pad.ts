/**
 * Lets a finger, a pen or a mouse write on the canvas, and sends what was written as a PNG. A script of the
 * browser's, by hash in the page's Content-Security-Policy.
 */
export const signaturePad = `
for (const form of document.querySelectorAll('form:has(canvas)')) {
  const canvas = form.querySelector('canvas')
  const [wipe, send] = form.querySelectorAll('button')
  const missing = form.querySelector('[role=alert]')
  const pen = canvas.getContext('2d')
  Object.assign(pen, { lineWidth: 6, lineCap: 'round', lineJoin: 'round', strokeStyle: '#10131a' })
  let last
  let isSigned = false
  const place = (event) => {
    const box = canvas.getBoundingClientRect()
    const scale = canvas.width / box.width
    return { x: (event.clientX - box.left) * scale, y: (event.clientY - box.top) * scale }
  }
  const draw = (to) => {
    pen.beginPath()
    pen.moveTo(last.x, last.y)
    pen.lineTo(to.x, to.y)
    pen.stroke()
    last = to
  }
  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId)
    last = place(event)
    draw(last)
    isSigned = true
    missing.hidden = true
  })
  canvas.addEventListener('pointermove', (event) => {
    if (!last) return
    const way = event.getCoalescedEvents ? event.getCoalescedEvents() : []
    for (const step of way.length > 0 ? way : [event]) draw(place(step))
  })
  for (const end of ['pointerup', 'pointercancel']) {
    canvas.addEventListener(end, () => { last = undefined })
  }
  wipe.addEventListener('click', () => {
    pen.clearRect(0, 0, canvas.width, canvas.height)
    isSigned = false
  })
  form.addEventListener('submit', (event) => {
    if (isSigned) form.elements.signature_data.value = canvas.toDataURL('image/png')
    else {
      event.preventDefault()
      missing.hidden = false
    }
  })
  wipe.hidden = false
  send.disabled = false
}
`
