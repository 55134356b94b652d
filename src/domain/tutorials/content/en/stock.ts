import type { Text } from '../text.ts'

/** Parts: from the shelf to the bench, and from the supplier to the shelf. */
export const stock = {
  parts_and_stock: {
    title: 'Parts and Counting Stock',
    steps: [
      [
        'What is there',
        `The stock list shows for each product how many there are and how many of those are reserved for
        repairs; only the rest is free. With below_min you see what has to be ordered. Scan the barcode
        of a part to find it. Services, such as labour, have no stock.`,
      ],
      [
        'Take parts by a pick list',
        `Make a pick list from the work order (pick-lists/from-work-order). What is free is then held for
        your repair, and nobody else can take it; what is lacking is held as soon as it comes in. The
        list names the bin of every part. Scan what you take, or complete the list in one go.`,
      ],
      [
        'Give back what you did not use',
        `Return an unused part on the pick list, also when the list is completed. It goes back to the bin
        it came from, at the value at which it went out. Do not put it on the shelf without saying so:
        then the stock is wrong, and so is the cost of the repair.`,
      ],
      [
        'Order a part for one repair',
        `Is the part not on the shelf? Add a special order to the work order. It is put on
        an order for the supplier, and the work order waits for parts where its status allows that. When
        everything has come in you are told, and the work order goes on by itself.`,
      ],
      [
        'Put away and move',
        `What came in stands in the bin RECEIVING. The putaway list proposes a place for it: the fixed bin
        of the product, or where most of it already stands. A shop without shelves can leave everything
        where it is. If a part breaks, book it off with a stock adjustment and give the reason.`,
      ],
      [
        'Count a shelf',
        `Start a count of some bins, or of a category. With blind you do not see what should be there,
        which makes for honest counting. Enter what you find, also what is not on the list. The shop can
        stay open: what is sold after you counted a bin does not spoil the count.`,
      ],
      [
        'Apply the count',
        `Look at the differences and count the strange ones again before you apply. Applying books them
        as stock movements, once, with your name. Lines that nobody counted stay as they are unless you
        say that they are gone (uncounted). A count that went wrong can be cancelled: it changes nothing.`,
      ],
    ],
  },
  purchasing_and_receiving: {
    title: 'Purchasing and Receiving',
    steps: [
      [
        'Suppliers and their prices',
        `Enter each supplier with e-mail address, your customer number, the payment term and the lead time
        in days. Say for every product which supplier has it, under which article number and at what
        price (supplier-products). An order then needs no looking up, and its expected day is filled in.`,
      ],
      [
        'What to order',
        `Give products a minimum stock and a maximum. The suggestions (purchase-orders/suggestions) then
        show what is short, counting in what repairs have reserved and what is already on its way. Turn
        them into drafts: one per supplier. What stands on a draft is not suggested again.`,
      ],
      [
        'Check and send the order',
        `Go through the draft, and add the special orders that technicians asked for; they stand on drafts
        of their own. Sending mails the PDF to the supplier and fixes the order. If the mail fails the
        order stays placed and can be sent again. If you ordered in a web shop, use order instead of send.`,
      ],
      [
        'Receive the goods',
        `Open the order when the parcel is there and enter what came (receiving/from-po), also when it is a
        part of it. More than was ordered is refused beyond the percentage in the settings. Parts for
        which a repair waits are held for it at once. Goods without an order come in by receiving/direct.`,
      ],
      [
        'What is late or goes back',
        `The list of expected goods (purchase-orders/expected) shows what is still to come, by day. Will
        the rest not come any more? Then close the order, so that it is suggested again. A receipt that
        was wrong is reversed as a whole, as long as the goods are still there.`,
      ],
      [
        'Enter the supplier’s invoice',
        `Make the purchase invoice from the receipt: the lines are there already, so you compare only the
        amounts and enter the supplier's number. Booking it puts it into the books, with the price
        difference from what was received. Unbilled receipts (purchase-invoices/unbilled) show which invoices
        you still have to get.`,
      ],
    ],
  },
} satisfies Record<string, Text>
