import type { Text } from '../text.ts'

/** The house: messages, people, settings and figures. */
export const house = {
  messages_and_telephone: {
    title: 'Messages and Telephone',
    steps: [
      [
        'Mail in conversations',
        `Every mail to a customer is kept in a conversation (email/threads), together with the answers. Send it
        from the work order, invoice or quotation that it is about, and add the files. If a mail could
        not be delivered it stands there as failed, and you send it again with resend.`,
      ],
      [
        'Templates save typing',
        `Make templates for what you write every day: ready for pick-up, part delayed, how to make a backup.
        Placeholders such as {{customer_name}} are filled in for each customer. Look at the preview before
        you use a new template for the first time.`,
      ],
      [
        'Text messages',
        `A text message is read within minutes, so use it for “your device is ready”. More than 160 characters
        cost more than one message. The log shows what was delivered and what customers answered. Messages
        to many customers leave out whoever does not want them (sms_opt_out).`,
      ],
      [
        'Calls',
        `With 3CX connected you see who is waiting in the queue and which customer is calling, and you dial
        from the screen (3cx/call). Your own extension rings first. Calls are kept with the customer
        whose number it is, so you can look up when somebody called.`,
      ],
      [
        'Nothing left lying',
        `Go through the unread conversations and the missed calls at a fixed time of the day. When something
        has to be done later, make a task with a day and a name. For the rest you may rely on the
        notifications: choose there which of them you want as a push message.`,
      ],
    ],
  },
  staff_and_leave: {
    title: 'Staff and Leave',
    steps: [
      [
        'Employees and accounts',
        `An employee is somebody who works in the shop; an account is what one logs in with. A technician
        without a computer needs no account, and can still be assigned work. Link the two when there are
        both, so that notifications reach the right person. An administrator makes the accounts.`,
      ],
      [
        'Branch and working days',
        `Give every employee a branch, a first day and the days on which they work. Leave is counted on working
        days only, and who works three days a week is entitled to three fifths. If somebody leaves, enter the last
        day (ended_on) instead of deleting: the repairs keep their engineer.`,
      ],
      [
        'Kinds of leave',
        `Set up the leave types: how many days a year, whether they are paid, and until when days of last year
        may still be used. Somebody who starts during the year gets a share. The balance per person and year
        shows what is entitled, taken, requested and left.`,
      ],
      [
        'Handle requests',
        `Requests of your people wait for approval; you are told of them. Weekends and Dutch public holidays
        are not counted, and half days are possible. Overlapping requests, and requests beyond the balance,
        are refused. Give a reason when you reject. Your own request is approved by somebody else.`,
      ],
      [
        'See who is there',
        `The team calendar shows per day who is off, for each branch if you like. With a calendar link you see
        it in your own agenda too; treat that link as a password and withdraw it when it has leaked. Look at
        it before you promise a customer a day.`,
      ],
    ],
  },
  settings_and_automation: {
    title: 'Settings and Automation',
    steps: [
      [
        'Your shop on paper',
        `Fill in the settings before the first invoice: name, address, VAT and Chamber of Commerce number, IBAN
        and logo. They stand on every document, and without them an invoice does not meet the law. Set the
        language, the payment term and the opening hours too; service levels count in those hours.`,
      ],
      [
        'People and roles',
        `Make an account for everybody, never one to share: the history shows who did what. Choose the role
        that fits the work; GET /roles shows what each may do. A new role counts at once. Switch an account
        off on the day somebody leaves: that ends the sessions, and frees a seat of your licence.`,
      ],
      [
        'Statuses and service levels',
        `Rename the statuses to the words of your shop, add your own, and say from which one may go to which.
        Their kind says what they mean: open, waiting, done or cancelled. With a service level you promise
        hours to the first response and to the end of the repair, and are warned before you miss them.`,
      ],
      [
        'Connect services',
        `Connect what you use: Mollie or Stripe for payments, a mail service, Twilio for text messages, 3CX,
        UPS or DHL, Moneybird or SnelStart. Test asks the service at once whether the keys are right. Keys
        are stored encrypted and never shown again in full.`,
      ],
      [
        'Your first rule',
        `A rule does what somebody would forget: when a work order becomes ready, text the customer; when
        nothing happened for five days, tell the manager. Choose a trigger, conditions and actions
        (automation-rules). Try it with dry_run first: nothing happens, but the log tells what would have.`,
      ],
      [
        'Teach your own way',
        `Add tutorials of your own for what is special in your shop, such as closing the till or opening
        in the morning, for one role or for all. You may also change the texts of these. Deleted a default
        one by mistake? Seeding brings it back, and leaves the others alone.`,
      ],
    ],
  },
  business_intelligence: {
    title: 'Reading the Figures',
    steps: [
      [
        'Revenue',
        `Open /bi and choose a period, and a branch if you have several. Revenue is what was invoiced, without
        VAT and less credit notes, by day. The growth compares with the period just before, which has as
        many days. A day without sales counts as zero, so the average is honest.`,
      ],
      [
        'Work orders',
        `See how many came in, how many were completed, and how many hours a repair takes on average. Many in
        waiting for parts? Then look at the minimum stock. Many in waiting for approval? Call those
        customers. The figure that customers feel is the average duration.`,
      ],
      [
        'Engineers',
        `For each engineer you see the completed repairs, the average time and the revenue. Compare with care:
        who does the difficult boards completes fewer. Use it to see who needs help or training, and to plan
        the week, rather than as a ranking.`,
      ],
      [
        'Customers and parts',
        `New and returning customers show whether people come back. The parts list shows what you use most,
        and so what must never run out. The inventory value is what is on your shelves at purchase price:
        money that you cannot spend otherwise.`,
      ],
      [
        'Receivables and export',
        `Outstanding and overdue amounts include VAT, because that is what customers owe you. If the average
        days to payment go up, send reminders earlier. Every report can be exported as CSV (bi/export) for
        a spreadsheet or your accountant.`,
      ],
    ],
  },
} satisfies Record<string, Text>
