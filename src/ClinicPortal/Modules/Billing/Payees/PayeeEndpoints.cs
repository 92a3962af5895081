using ClinicPortal.Modules.Billing.Domain;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Billing.Payees;

internal static class PayeeEndpoints
{
    public static void MapPayees(this IEndpointRouteBuilder app)
    {
        var payees = app.MapGroup("/payees").RequireRoles(Roles.Secretariat);
        payees.MapGet("", async (ArrangePayeesHandler handler, PageRenderer pages, CancellationToken ct) =>
            await handler.ListAsync(ct) is var (rows, zone) ? pages.Page<PayeesPage>(new { Rows = rows, Zone = zone }) : Results.NotFound());
        payees.MapGet("/{id:guid}", (Guid id, ArrangePayeesHandler handler, PageRenderer pages, CancellationToken ct) => ShowAsync(id, FormState.Empty, handler, pages, ct));
        payees.MapPost("/{id:guid}", (Guid id, FormPost post, ArrangePayeesHandler handler, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => handler.WriteAsync(id, new PayeeEntry(
                form.Choice<PayKind>("asDoctor"), form.Choice<PayKind>("asDriver"), form.Text("registrationNumber"), form.Text("employeeNumber"), AccountInput.Of(form),
                form.Value<uint>("version")), ct),
            _ => "/payees", state => ShowAsync(id, state, handler, pages, ct), ct));
        app.MapGet("/my-payee", (OwnPayeeHandler handler, PageRenderer pages, CancellationToken ct) => OwnAsync(FormState.Empty, handler, pages, ct)).RequireRoles(Roles.NightDoctor, Roles.Driver);
        app.MapPost("/my-payee", (FormPost post, OwnPayeeHandler handler, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => handler.WriteAsync(form.Value<Guid>("association"), form.Text("registrationNumber"), AccountInput.Of(form), form.Value<uint>("version"), ct),
            _ => "/my-payee", state => OwnAsync(state, handler, pages, ct), ct)).RequireRoles(Roles.NightDoctor, Roles.Driver);
    }

    private static async Task<IResult> ShowAsync(Guid id, FormState state, ArrangePayeesHandler handler, PageRenderer pages, CancellationToken cancellationToken) =>
        await handler.ShowAsync(id, state, cancellationToken) is { } model ? pages.Page<ArrangePayeePage>(new { Model = model }) : Results.NotFound();

    private static async Task<IResult> OwnAsync(FormState state, OwnPayeeHandler handler, PageRenderer pages, CancellationToken cancellationToken) =>
        pages.Page<OwnPayeePage>(new { Model = await handler.ShowAsync(state, cancellationToken) });
}
