// Every call that the portal makes, made by Stripe's own client against the double; and signatures, both ways.
import Stripe from 'stripe';
import assert from 'node:assert/strict';

const { port, key, secret, body, signature } = JSON.parse(process.argv[2]);
const options = { host: '127.0.0.1', port, protocol: 'http', maxNetworkRetries: 0, telemetry: false };
const stripe = new Stripe(key, options);
const control = path => fetch(`http://127.0.0.1:${port}/_double/${path}`, { method: 'POST' });
const refused = async (call, expected) => {
  const error = await call.then(() => assert.fail('was not refused'), e => e);
  for (const [name, value] of Object.entries(expected)) assert.equal(error[name], value, `${name} of ${error.message}`);
  return error;
};

const customer = await stripe.customers.create({ name: '経堂医院', preferred_locales: ['ja'], metadata: { clinicportal_id: 'c1' } }, { idempotencyKey: 'customer:c1' });
assert.equal(customer.object, 'customer');
assert.equal((await stripe.customers.create({ name: '経堂医院', preferred_locales: ['ja'], metadata: { clinicportal_id: 'c1' } }, { idempotencyKey: 'customer:c1' })).id, customer.id);
await refused(stripe.customers.create({ name: '別の医院' }, { idempotencyKey: 'customer:c1' }), { type: 'StripeIdempotencyError', statusCode: 400 });
assert.equal((await stripe.customers.retrieve(customer.id)).metadata.clinicportal_id, 'c1');

const session = await stripe.checkout.sessions.create({
  mode: 'payment', customer: customer.id, locale: 'ja', client_reference_id: 'p1', payment_method_types: ['card'],
  line_items: [{ quantity: 1, price_data: { currency: 'jpy', unit_amount: 55000, product_data: { name: 'ご利用料金' } } }],
  payment_intent_data: { metadata: { clinicportal_id: 'p1' }, description: 'ご利用料金' }, metadata: { clinicportal_id: 'p1' },
  success_url: 'https://setagaya.example/pay/p1', cancel_url: 'https://setagaya.example/pay/p1',
});
assert.match(session.url, /^https:\/\/checkout\.stripe\.com\//);
await control(`checkout/${session.id}/decline`);
assert.equal((await stripe.checkout.sessions.retrieve(session.id)).status, 'open');
await control(`checkout/${session.id}/pay`);
const paid = await stripe.checkout.sessions.retrieve(session.id);
assert.deepEqual([paid.status, paid.payment_status], ['complete', 'paid']);
const intent = await stripe.paymentIntents.retrieve(paid.payment_intent);
assert.deepEqual([intent.status, intent.amount_received, intent.currency, intent.metadata.clinicportal_id], ['succeeded', 55000, 'jpy', 'p1']);
await refused(stripe.checkout.sessions.expire(session.id), { type: 'StripeInvalidRequestError', statusCode: 400 });

const setup = await stripe.checkout.sessions.create({ mode: 'setup', customer: customer.id, currency: 'jpy', locale: 'ja', payment_method_types: ['card'], success_url: 'https://x.example/', cancel_url: 'https://x.example/' });
await control(`checkout/${setup.id}/register`);
const registered = await stripe.setupIntents.retrieve((await stripe.checkout.sessions.retrieve(setup.id)).setup_intent, { expand: ['payment_method'] });
assert.equal(registered.payment_method.card.last4, '4242');

const charge = { amount: 12000, currency: 'jpy', customer: customer.id, payment_method: registered.payment_method.id, payment_method_types: ['card'], off_session: true, confirm: true, metadata: { clinicportal_id: 'p2' } };
const charged = await stripe.paymentIntents.create(charge, { idempotencyKey: 'charge:p2' });
assert.equal(charged.status, 'succeeded');
assert.equal((await stripe.paymentIntents.create(charge, { idempotencyKey: 'charge:p2' })).id, charged.id);

const awaited = await stripe.paymentIntents.create({
  amount: 30000, currency: 'jpy', customer: customer.id, payment_method_types: ['customer_balance'], payment_method_data: { type: 'customer_balance' },
  payment_method_options: { customer_balance: { funding_type: 'bank_transfer', bank_transfer: { type: 'jp_bank_transfer' } } }, confirm: true, metadata: { clinicportal_id: 'p3' },
});
assert.equal(awaited.next_action.type, 'display_bank_transfer_instructions');
const funding = await stripe.customers.createFundingInstructions(customer.id, { currency: 'jpy', funding_type: 'bank_transfer', bank_transfer: { type: 'jp_bank_transfer' } });
assert.equal(funding.bank_transfer.financial_addresses[0].zengin.account_type, 'futsu');
await stripe.testHelpers.customers.fundCashBalance(customer.id, { amount: 30000, currency: 'jpy' });
assert.equal((await stripe.paymentIntents.retrieve(awaited.id)).status, 'succeeded');
const second = await stripe.paymentIntents.create({ amount: 1000, currency: 'jpy', customer: customer.id });
assert.equal((await stripe.paymentIntents.cancel(second.id)).status, 'canceled');

const refund = await stripe.refunds.create({ payment_intent: charged.id, amount: 5000, reason: 'requested_by_customer', metadata: { clinicportal_id: 'r1' } }, { idempotencyKey: 'refund:r1' });
assert.equal((await stripe.refunds.retrieve(refund.id)).status, 'succeeded');
await refused(stripe.refunds.create({ payment_intent: charged.id, amount: 7001 }), { type: 'StripeInvalidRequestError', param: 'amount' });

await control(`dispute/${intent.id}/open`);
const withdrawn = (await stripe.balanceTransactions.list({ limit: 1 })).data[0];
assert.deepEqual([withdrawn.type, withdrawn.reporting_category, withdrawn.amount, withdrawn.fee, withdrawn.net], ['adjustment', 'dispute', -55000, 1500, -56500]);
const disputed = await stripe.disputes.retrieve(withdrawn.source);
assert.deepEqual([disputed.object, disputed.status, disputed.amount, disputed.payment_intent, disputed.balance_transactions.length], ['dispute', 'needs_response', 55000, intent.id, 1]);
await control(`dispute/${intent.id}/win`);
const won = await stripe.disputes.retrieve(disputed.id);
assert.deepEqual([won.status, won.balance_transactions.map(m => m.amount)], ['won', [-55000, 55000]]);

const ids = [];
for await (const found of stripe.paymentIntents.list({ customer: customer.id, limit: 2 })) ids.push(found.id);
assert.deepEqual(new Set(ids), new Set([intent.id, charged.id, awaited.id, second.id]));
const movements = [];
for await (const movement of stripe.balanceTransactions.list({ limit: 2, expand: ['data.source'] })) movements.push(movement);
assert.deepEqual(movements.map(m => m.amount).sort((a, b) => a - b), [-55000, -5000, 12000, 30000, 55000, 55000]);
assert.ok(movements.some(m => m.source.payment_intent === intent.id && m.fee === 1980));

await refused(stripe.customers.create({ nickname: 'x' }), { type: 'StripeInvalidRequestError', code: 'parameter_unknown', param: 'nickname' });
await refused(stripe.paymentIntents.create({ amount: 10.5, currency: 'jpy' }), { type: 'StripeInvalidRequestError', code: 'parameter_invalid_integer', param: 'amount' });
await refused(stripe.paymentIntents.create({ amount: 10, currency: 'jpy' }), { code: 'amount_too_small' });
await refused(stripe.paymentIntents.create({ currency: 'jpy' }), { code: 'parameter_missing', param: 'amount' });
await refused(stripe.paymentIntents.retrieve('pi_nobody'), { code: 'resource_missing', statusCode: 404 });
await refused(new Stripe('sk_test_wrong', options).customers.retrieve(customer.id), { type: 'StripeAuthenticationError', statusCode: 401 });

assert.equal(stripe.webhooks.constructEvent(body, signature, secret).type, 'payment_intent.succeeded');
assert.throws(() => stripe.webhooks.constructEvent(body + ' ', signature, secret));
console.log(JSON.stringify({ version: Stripe.API_VERSION ?? stripe.getApiField?.('version') ?? null, header: stripe.webhooks.generateTestHeaderString({ payload: body, secret }) }));
