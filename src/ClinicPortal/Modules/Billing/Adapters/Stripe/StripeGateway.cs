using System.Runtime.CompilerServices;
using System.Text.Json;
using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Modules.Billing.Gateway;

namespace ClinicPortal.Modules.Billing.Adapters.Stripe;

/// <summary>Stripe's REST API as a payment gateway.</summary>
internal sealed class StripeGateway(StripeApi api) : IPaymentGateway
{
    /// <summary>Where Stripe keeps our own id of a payment, refund or clinic.</summary>
    private const string Ours = "metadata[clinicportal_id]";

    private const string Jpy = "jpy";
    private const int PageSize = 100;

    public Task<string> CreateCustomerAsync(GatewayAccount account, Guid clinicId, string name, string? email, CancellationToken cancellationToken) => CallAsync(
        () => api.PostAsync(
            account, "/v1/customers", new StripeForm().Add("name", name).Add("email", email).Add("preferred_locales[0]", "ja").Add(Ours, $"{clinicId}"),
            $"customer:{clinicId}", cancellationToken), StripeObjects.Id);

    public Task<GatewayCheckout> OpenCheckoutAsync(GatewayAccount account, CheckoutRequest request, CancellationToken cancellationToken)
    {
        var form = new StripeForm()
            .Add("mode", "payment").Add("customer", request.CustomerId).Add("locale", "ja").Add("client_reference_id", $"{request.PaymentId}")
            .Add("payment_method_types[0]", "card")
            .Add("line_items[0][quantity]", 1).Add("line_items[0][price_data][currency]", Jpy).Add("line_items[0][price_data][unit_amount]", request.AmountYen)
            .Add("line_items[0][price_data][product_data][name]", request.Description)
            .Add("payment_intent_data[metadata][clinicportal_id]", $"{request.PaymentId}").Add("payment_intent_data[description]", request.Description)
            .Add(Ours, $"{request.PaymentId}")
            .Add("success_url", request.Done.AbsoluteUri).Add("cancel_url", request.GivenUp.AbsoluteUri);
        return CallAsync(() => api.PostAsync(account, "/v1/checkout/sessions", form, $"checkout:{request.PaymentId}", cancellationToken), StripeObjects.Checkout);
    }

    public Task<GatewayCheckout> OpenCardSetupAsync(
        GatewayAccount account, string customer, string occasion, Uri done, Uri givenUp, CancellationToken cancellationToken) => CallAsync(
        () => api.PostAsync(account, "/v1/checkout/sessions", new StripeForm()
            .Add("mode", "setup").Add("customer", customer).Add("currency", Jpy).Add("locale", "ja").Add("payment_method_types[0]", "card")
            .Add("success_url", done.AbsoluteUri).Add("cancel_url", givenUp.AbsoluteUri), $"setup:{occasion}", cancellationToken), StripeObjects.Checkout);

    public Task<GatewayCheckout> FindCheckoutAsync(GatewayAccount account, string id, CancellationToken cancellationToken) =>
        CallAsync(() => api.GetAsync(account, $"/v1/checkout/sessions/{Escaped(id)}", null, cancellationToken), StripeObjects.Checkout);

    public async Task<GatewayCheckout> CloseCheckoutAsync(GatewayAccount account, string id, CancellationToken cancellationToken)
    {
        var found = await FindCheckoutAsync(account, id, cancellationToken);
        return !found.IsOpen ? found : await CallAsync(
            () => api.PostAsync(account, $"/v1/checkout/sessions/{Escaped(id)}/expire", new StripeForm(), $"expire:{id}", cancellationToken), StripeObjects.Checkout);
    }

    public Task<GatewayCard?> FindRegisteredCardAsync(GatewayAccount account, string setup, CancellationToken cancellationToken) => CallAsync(
        () => api.GetAsync(account, $"/v1/setup_intents/{Escaped(setup)}", new StripeForm().Add("expand[0]", "payment_method"), cancellationToken), StripeObjects.RegisteredCard);

    public Task<GatewayPayment> ChargeAsync(
        GatewayAccount account, string customer, string card, Guid paymentId, long yen, string description, CancellationToken cancellationToken) => CallAsync(
        async () =>
        {
            try
            {
                return await api.PostAsync(account, "/v1/payment_intents", new StripeForm()
                    .Add("amount", yen).Add("currency", Jpy).Add("customer", customer).Add("payment_method", card).Add("payment_method_types[0]", "card")
                    .Add("off_session", true).Add("confirm", true).Add("description", description).Add(Ours, $"{paymentId}"), $"charge:{paymentId}", cancellationToken);
            }
            catch (StripeError declined) when (declined is { Type: "card_error", Payment: { } payment })
            {
                return payment;
            }
        }, intent => StripeObjects.Payment(intent, isOffSession: true));

    public Task<GatewayPayment> AwaitTransferAsync(
        GatewayAccount account, string customer, Guid paymentId, long yen, string description, CancellationToken cancellationToken) => CallAsync(
        () => api.PostAsync(account, "/v1/payment_intents", new StripeForm()
            .Add("amount", yen).Add("currency", Jpy).Add("customer", customer).Add("payment_method_types[0]", "customer_balance")
            .Add("payment_method_data[type]", "customer_balance")
            .Add("payment_method_options[customer_balance][funding_type]", "bank_transfer")
            .Add("payment_method_options[customer_balance][bank_transfer][type]", "jp_bank_transfer")
            .Add("confirm", true).Add("description", description).Add(Ours, $"{paymentId}"), $"transfer:{paymentId}", cancellationToken), intent => StripeObjects.Payment(intent));

    public Task<TransferAccount> FindTransferAccountAsync(GatewayAccount account, string customer, CancellationToken cancellationToken) => CallAsync(
        () => api.PostAsync(account, $"/v1/customers/{Escaped(customer)}/funding_instructions", new StripeForm()
            .Add("currency", Jpy).Add("funding_type", "bank_transfer").Add("bank_transfer[type]", "jp_bank_transfer"), $"funding:{customer}", cancellationToken),
        StripeObjects.TransferAccount);

    public async Task<GatewayPayment> CancelPaymentAsync(GatewayAccount account, string id, CancellationToken cancellationToken)
    {
        var found = await FindPaymentAsync(account, id, cancellationToken);
        return found.Status is PaymentStatus.Succeeded or PaymentStatus.Canceled ? found : await CallAsync(
            () => api.PostAsync(account, $"/v1/payment_intents/{Escaped(id)}/cancel", new StripeForm(), $"cancel:{id}", cancellationToken), intent => StripeObjects.Payment(intent));
    }

    public Task<GatewayPayment> FindPaymentAsync(GatewayAccount account, string id, CancellationToken cancellationToken) =>
        CallAsync(() => api.GetAsync(account, $"/v1/payment_intents/{Escaped(id)}", null, cancellationToken), intent => StripeObjects.Payment(intent));

    public async Task<GatewayPayment?> FindOursAsync(GatewayAccount account, string customer, Guid paymentId, CancellationToken cancellationToken)
    {
        await foreach (var intent in PagesAsync(account, "/v1/payment_intents", form => form.Add("customer", customer), cancellationToken))
        {
            if (StripeObjects.Payment(intent) is { } payment && payment.Ours == paymentId)
            {
                return payment;
            }
        }
        return null;
    }

    public Task<GatewayRefund> RefundAsync(GatewayAccount account, string payment, Guid refundId, long yen, CancellationToken cancellationToken) => CallAsync(
        () => api.PostAsync(
            account, "/v1/refunds", new StripeForm().Add("payment_intent", payment).Add("amount", yen).Add("reason", "requested_by_customer").Add(Ours, $"{refundId}"),
            $"refund:{refundId}", cancellationToken), StripeObjects.Refund);

    public Task<GatewayRefund> FindRefundAsync(GatewayAccount account, string id, CancellationToken cancellationToken) =>
        CallAsync(() => api.GetAsync(account, $"/v1/refunds/{Escaped(id)}", null, cancellationToken), StripeObjects.Refund);

    public Task<GatewayDispute> FindDisputeAsync(GatewayAccount account, string id, CancellationToken cancellationToken) =>
        CallAsync(() => api.GetAsync(account, $"/v1/disputes/{Escaped(id)}", null, cancellationToken), StripeObjects.Dispute);

    public async IAsyncEnumerable<GatewayMovement> MovementsAsync(
        GatewayAccount account, DateTimeOffset from, DateTimeOffset until, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var movement in PagesAsync(
            account, "/v1/balance_transactions", form => form.Add("created[gte]", from).Add("created[lt]", until).Add("expand[0]", "data.source"), cancellationToken))
        {
            yield return StripeObjects.Movement(movement);
        }
    }

    /// <summary>All objects of a list, page by page.</summary>
    private async IAsyncEnumerable<JsonElement> PagesAsync(
        GatewayAccount account, string path, Func<StripeForm, StripeForm> filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (string? after = null; ;)
        {
            var query = filter(new StripeForm().Add("limit", PageSize)).Add("starting_after", after);
            var page = await CallAsync(() => api.GetAsync(account, path, query, cancellationToken), answer => answer);
            var items = page.GetProperty("data").EnumerateArray().ToList();
            foreach (var item in items)
            {
                yield return item;
            }
            if (items.Count == 0 || !page.GetProperty("has_more").GetBoolean())
            {
                yield break;
            }
            after = StripeObjects.Id(items[^1]);
        }
    }

    /// <summary>An answer that is not in the shape of the pinned version is none.</summary>
    private static async Task<T> CallAsync<T>(Func<Task<JsonElement>> call, Func<JsonElement, T> read)
    {
        try
        {
            return read(await call());
        }
        catch (StripeError refused)
        {
            throw refused.ToGateway();
        }
        catch (Exception misread) when (misread is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new GatewayException(GatewayProblem.Unavailable, "unknown-shape", misread);
        }
    }

    private static string Escaped(string id) => Uri.EscapeDataString(id);
}
