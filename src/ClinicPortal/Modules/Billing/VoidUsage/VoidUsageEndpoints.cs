using System.Globalization;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Billing.VoidUsage;

internal static class VoidUsageEndpoints
{
    public static void MapVoidUsage(this IEndpointRouteBuilder app)
    {
        var line = app.MapGroup("/invoice-lines/{id:guid}/void").RequireRoles(Roles.Secretariat);
        line.MapGet("", (Guid id, VoidUsage usage, PageRenderer pages, CancellationToken ct) => PageAsync(id, FormState.Empty, usage, pages, ct));
        line.MapPost("", (Guid id, FormPost post, VoidUsage usage, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            form => usage.HandleAsync(id, form.Text("reason"), ct), voided => string.Create(CultureInfo.InvariantCulture, $"/invoice-lines?month={voided.Month:yyyy-MM}"),
            state => PageAsync(id, state, usage, pages, ct), ct));
    }

    private static async Task<IResult> PageAsync(Guid id, FormState form, VoidUsage usage, PageRenderer pages, CancellationToken cancellationToken) =>
        await usage.ShowAsync(id, form, cancellationToken) is { } model ? pages.Page<VoidUsagePage>(new { Model = model }) : Results.NotFound();
}
