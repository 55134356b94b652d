import type { Text } from '../text.ts'

/** Money: from the invoice to the VAT return. */
export const money = {
  invoicing_and_payments: {
    title: 'Invoicing and Payments',
    steps: [
      [
        'Make the invoice',
        `Make it from the work order: everything that was not billed yet is on it, less the deposits. A
        sale without a repair is an invoice of its own. It is a draft, so correct it freely: lines, a
        discount, a note for the customer. With prices_include_vat you enter counter prices.`,
      ],
      [
        'Issue it',
        `Issuing gives the draft its number and its goods leave the stock; from then on it does not change
        any more. If something is missing that the law asks for, such as the address of a business, it is
        refused with a list. Sending issues and mails it in one go, with a link to the customer's page.`,
      ],
      [
        'Payment at the counter',
        `Book cash and card payments on the invoice at once, with cash or pin as method. A part may be paid
        now and the rest later; more than is open is refused. If your shop rounds cash, an amount rounded
        to five cents settles the invoice.`,
      ],
      [
        'Let the customer pay online',
        `Once Mollie or Stripe is connected, make a payment link for what is open now. When the customer
        has paid, the invoice becomes paid by itself and you are told. A failed payment is told too, and
        the link can be asked for again.`,
      ],
      [
        'Correct with a credit note',
        `An issued invoice is never edited. Make a credit note of the lines that were wrong and say whether
        the goods come back into stock (restock). Apply it to the invoice to lower what is open. If the
        whole invoice was wrong and nobody paid, cancel it: that makes the credit note for you.`,
      ],
      [
        'Give money back',
        `Refund a payment on the payment itself. A payment through Mollie or Stripe goes back the way it
        came; cash, card and bank you give back yourself and record here. The invoice is open again for
        that amount, so add a credit note when the customer does not owe it.`,
      ],
    ],
  },
  reminders: {
    title: 'Reminders and Unpaid Invoices',
    steps: [
      [
        'Who still has to pay',
        `Start with the aged receivables (reports/aged-receivables): per customer what is open, and how long
        it is overdue. Together it is exactly what stands under debtors in the books. The statement of a
        customer shows every invoice and payment, also as a PDF for who asks what it is about.`,
      ],
      [
        'Send a reminder',
        `Remind on the invoice. The customer gets a mail with the PDF and a new deadline; for a letter by
        post you get the text. First comes a friendly reminder and then a second one. Each is sent once
        and stays in the list, so a colleague sees what was said already.`,
      ],
      [
        'Let it happen by itself',
        `With auto_reminders in the settings both friendly reminders leave by themselves, so many days after
        the due date as you say (reminder_days). They go only to customers with an e-mail address, from
        nine in the morning. An administrator switches this on.`,
      ],
      [
        'The final notice',
        `You send this one yourself, because it claims or announces costs. For a consumer it is the letter
        with fourteen days that the law demands before collection costs may be asked; the legal amount is
        worked out for you. For a letter by post enter the day of delivery (delivered_on): the deadline
        runs from there.`,
      ],
      [
        'If it is never paid',
        `Write off what is open when you are sure that it will not come. It becomes a loss, and its VAT
        comes back in the return of that day. If the customer pays after all, reverse the write-off first:
        the invoice is open again, and so is its VAT.`,
      ],
    ],
  },
  bank_and_bookkeeping: {
    title: 'Bank and Bookkeeping',
    steps: [
      [
        'The books keep themselves',
        `Every invoice, payment, receipt of goods and purchase invoice posts its own entry, balanced and with
        a number without gaps. You enter by hand only what has no document, such as wages or
        depreciation. An entry never changes: what was wrong is reversed and made again.`,
      ],
      [
        'Import the bank statement',
        `Download CAMT.053 or MT940 from your bank and import the file (bank-statements). Files may overlap:
        what is known is skipped. Each line is in the books at once, on the suspense account until you say
        what it was for. Doing this every week keeps it to minutes.`,
      ],
      [
        'Match the lines',
        `For each line there are suggestions with a score, from the invoice number, the amount and the name.
        Confirm the sure ones together and do the rest one by one: an invoice, a supplier, an account of
        your own, or several at once. A mistake is undone with unmatch.`,
      ],
      [
        'Card terminal and providers',
        `Money that was paid by card or through Mollie or Stripe comes to your bank later, less costs. Enter
        the payout as a settlement with its gross amount and its fee. What is on its way is then cleared, and the
        fee is a cost with its own VAT.`,
      ],
      [
        'Pay your suppliers',
        `The aged payables show what you owe, and when it is due. Pay at your bank; matching the line of the
        statement with the purchase invoice books the payment. A supplier's credit note is entered with
        amounts below zero.`,
      ],
      [
        'Look at the result',
        `Profit and loss, balance sheet and trial balance are there at any moment, as a screen, PDF or CSV.
        The suspense account should be empty at the end of the month. Your accountant gets the audit file
        (audit-file) with the whole year in one go.`,
      ],
    ],
  },
  vat_return: {
    title: 'The VAT Return',
    steps: [
      [
        'Check the settings once',
        `The settings say whether you file per month, quarter or year (vat_period), and whether VAT is due
        when you invoice or when you are paid (vat_basis). Is the shop under the small-business scheme?
        Then kor is on, and no VAT is charged. Do not change these halfway through a period.`,
      ],
      [
        'Complete the period',
        `Enter all purchase invoices of the period, issue the drafts that belong to it, and match the bank.
        Periods open by themselves as soon as something is booked in them. The period shows its boxes all
        the time, so you can see what you will have to pay long before the end.`,
      ],
      [
        'Check the boxes',
        `Open the period (btw-periods) and read the warnings first: an earlier period that is still open, a
        VAT number that is missing, private use at the end of the year. Under entries you see for each box
        which lines it is made of. Sales to businesses elsewhere in the EU are in the ICP list.`,
      ],
      [
        'File and close',
        `Copy the whole euros of the boxes to the website of the tax office, or give the XBRL file to software
        that files it; Repair Angel sends nothing itself. Then close the period. From that moment nothing
        can be posted in it any more, and its figures stay as you filed them.`,
      ],
      [
        'What comes late',
        `A document of a closed period is booked in the open one and marked as late. Corrections of up to
        € 1,000 go into the next return; for more you file a suppletie, and the period says so. When the
        tax is paid, match that bank line with the VAT account.`,
      ],
    ],
  },
} satisfies Record<string, Text>
