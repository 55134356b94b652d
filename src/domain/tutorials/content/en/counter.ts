import type { Text } from '../text.ts'

/** Where everybody begins, and the work at the counter and the bench. */
export const counter = {
  getting_started: {
    title: 'Getting Started',
    steps: [
      [
        'Welcome',
        `Repair Angel keeps the whole repair shop in one place: customers and their devices, work
        orders, stock, quotations, invoices and the books. What you enter once is there for everybody,
        at every branch. What you may see and do follows from your role; if something is refused that
        you need for your work, ask your administrator. Tick off each step when you have read it.`,
      ],
      [
        'Dashboard overview',
        `Begin the day with two boards. The work orders by status show what waits, what is being
        repaired and what can be picked up; choose your own name as engineer to see only yours
        (assigned_to). The task board (tasks/kanban) holds everything that is no repair. Managers,
        accountants and administrators also have the page /bi with revenue, turnaround and receivables.`,
      ],
      [
        'Find anything',
        `Lists have a search field (q). Customers are found by name, phone or e-mail, devices by
        serial number, IMEI or number plate, work orders by ticket number or device. The beginning of a
        word is enough, and capitals, accents and dashes do not matter: AB-12-CD is found as ab12cd too.`,
      ],
      [
        'Your tasks',
        `A task is for what must not be forgotten: calling a customer back, returning a part, cleaning
        the bench. Give it a day and somebody to do it, and link the work order that it belongs to. Drag
        it from open to in progress to done; the order you choose is the order everybody sees. On the
        morning it is due, whoever it is assigned to is told.`,
      ],
      [
        'Notifications and your account',
        `You are told of what concerns you, such as a work order that is assigned to you or a part that
        came in. In your notification preferences you choose for each event whether you want it in the
        app, by e-mail, as a push message, or not at all. Change the password that you were given now,
        in your account. After this, do the tutorials for your own role.`,
      ],
    ],
  },
  creating_a_work_order: {
    title: 'Creating a Work Order',
    steps: [
      [
        'Find the customer and the device',
        `A work order always belongs to a customer, so look that one up first. The front desk enters new
        customers and devices. Choose the device from the customer's list when it is there: its history
        then shows every earlier repair. Otherwise write brand and model on the work order itself.`,
      ],
      [
        'Describe the problem',
        `Write down what the customer says in problem_description, in their words, and what you see
        yourself: scratches, a bent frame, traces of water. Be exact about when it happens, because your
        colleague may open this device. Never write a PIN in a note that the customer's page shows.`,
      ],
      [
        'Plan it',
        `Choose the priority (normal, high or urgent), the engineer and the day it should be ready
        (expected_ready_at). The engineer is told. If your shop has service levels, the deadlines for the
        first response and for the repair start running by themselves, in opening hours only.`,
      ],
      [
        'Label it and take photos',
        `Print the label and stick it on the device: it carries the ticket number as a code to scan, and
        nothing about the customer. Add photos of the state in which the device came in as attachments.
        They settle the question later whether that scratch was there already.`,
      ],
      [
        'Move it through its statuses',
        `A new work order goes to diagnosis, then to repair, and waits for approval or for parts where it
        has to. From each status you can only go where your shop allows it (allowed_next). While a work
        order waits, the clock of its service level stands still, so set the status when it changes and
        not at the end of the day.`,
      ],
      [
        'Write down parts, labour and notes',
        `Add a line for each part, chosen from the products, and one for the labour; this is what will be
        invoiced. Notes are internal unless you switch that off: then the customer reads them on the page
        of the repair. The timeline shows who did what and when, and nobody can change it.`,
      ],
      [
        'Finish the repair',
        `Test the device and set the status to ready, so that the front desk knows it can be picked up.
        When it is handed over the status becomes completed; from that day the warranty counts. The front
        desk makes the invoice out of your lines. A line that has been invoiced can no longer be changed.`,
      ],
    ],
  },
  intake_at_the_counter: {
    title: 'Intake at the Counter',
    steps: [
      [
        'Search before you add',
        `Ask for the phone number and search for it before you make a new customer. Two records of the
        same person mean half a history in each of them. For a new customer a first name is enough to
        begin; add a phone number and an e-mail address, because quotations, invoices and messages need
        them.`,
      ],
      [
        'Business customers',
        `Make the company first (companies), with its VAT number, address and payment term, and then its
        contact person as a customer with that company. Their invoices carry the details of the company,
        and its payment term sets the due date. Check a VAT number with validate-vat: the answer of the tax
        authority is kept as your proof.`,
      ],
      [
        'Register the device',
        `Enter the kind, brand and model, and what makes it unique: serial number, IMEI, number plate or
        VIN. The device stays with the customer, so next time you choose it in a second, and its history
        shows what was done before, and for whom.`,
      ],
      [
        'Make the work order',
        `Choose customer and device, write down the complaint and agree on a day. Say what the diagnosis
        may cost before the customer leaves. For an expensive part ask for a deposit on the work order:
        that is an invoice of its own, and the final invoice deducts it.`,
      ],
      [
        'Give the customer a link',
        `With a link (customers/{id}/links) the customer follows the repair on a page of your shop,
        without an account. It shows the problem, the status and the notes that are not internal. The
        address is shown to you once, so pass it on right away. You can revoke a link at any moment.`,
      ],
      [
        'A device that comes back',
        `Look up the earlier work order and file a warranty claim on it (warranty/claims) with what is
        wrong now. The policy of that day is checked by itself; a claim that comes too late is refused
        with the reason. When the claim is approved there is a new work order without a price. When it is
        rejected the customer is told why.`,
      ],
    ],
  },
  quotations_and_approval: {
    title: 'Quotations and the Customer’s Approval',
    steps: [
      [
        'Make the quotation',
        `Start it from the work order, so that both stay linked, and add a line for each part and for the
        labour. Choose products where you can: their price and VAT are filled in. Set a day until which it
        is valid (valid_until). Notes on a quotation are read by the customer.`,
      ],
      [
        'Send it',
        `Sending mails the PDF with a link to a page on which the customer can answer. If the mail cannot
        be delivered nothing changes, and you see why. After sending only the notes can still be changed;
        make a new quotation if the price becomes another one.`,
      ],
      [
        'The customer decides',
        `On the page the customer accepts with a name, or rejects with a reason, and you are told at once.
        If they call instead, record it yourself with accept or reject. After the last valid day the
        quotation expires by itself; put the work order on waiting for approval until there is an answer.`,
      ],
      [
        'Ask for a deposit',
        `For a large repair, ask for a part of the amount on the quotation (deposit). This is a
        real invoice that is issued at once, because the VAT is due when the money comes in. The final
        invoice shows the deposit and takes it off.`,
      ],
      [
        'Turn it into work or an invoice',
        `Convert the quotation to a work order when the repair still has to be done: its lines come along.
        Convert it to an invoice when there is nothing to repair, such as for a sale. Either also marks
        the quotation as accepted, and each can be done only once.`,
      ],
    ],
  },
} satisfies Record<string, Text>
