using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Billing.ConfigurePayments;

internal static class ConfigurePaymentsEndpoints
{
    private const string Path = "/payment-settings";

    public static void MapPaymentSettings(this IEndpointRouteBuilder app)
    {
        app.MapGet(Path, (ConfigurePaymentsHandler configure, PageRenderer pages, CancellationToken ct) => PageAsync(FormState.Empty, configure, pages, ct)).RequireRoles(Roles.Secretariat);
        app.MapPost(Path, (FormPost post, ConfigurePaymentsHandler configure, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => configure.HandleAsync(Input(form), ct), _ => Path, state => PageAsync(state, configure, pages, ct), ct)).RequireRoles(Roles.Secretariat);
    }

    private static async Task<IResult> PageAsync(FormState state, ConfigurePaymentsHandler configure, PageRenderer pages, CancellationToken cancellationToken) =>
        pages.Page<PaymentSettingsPage>(new { Model = await configure.ShowAsync(state, cancellationToken) });

    private static PaymentSettingsInput Input(FormPost form) => new(
        form.Checked("enabled"), form.Secret("passwordSecretKey"), form.Secret("passwordSigningSecret"), form.Checked("dunning"), form.Text("days"), form.Text("interest"),
        form.Text("debtorCode"), form.Text("debtorName"), form.Text("bankCode"), form.Text("bankName"), form.Text("branchCode"), form.Text("branchName"),
        form.Text("accountKind"), form.Text("accountNumber"), form.Value<uint>("version"));
}
