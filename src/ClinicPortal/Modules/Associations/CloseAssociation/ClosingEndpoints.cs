using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Closing;
using ClinicPortal.Ui;
using Microsoft.AspNetCore.Http.Features;

namespace ClinicPortal.Modules.Associations.CloseAssociation;

internal static class ClosingEndpoints
{
    public static void MapClosing(this IEndpointRouteBuilder app)
    {
        var one = app.MapGroup("/associations/{association:guid}/closing").WithinAssociation();
        one.MapGet("/", (Guid association, CloseAssociation close, PageRenderer pages, CancellationToken ct) => ShowAsync(association, FormState.Empty, close, pages, ct));
        one.MapPost("/", (Guid association, FormPost form, CloseAssociation close, PageRenderer pages, CancellationToken ct) => form.RunAsync(
            f => close.AnnounceAsync(association, f, ct), id => $"/associations/{id}/closing", state => ShowAsync(association, state, close, pages, ct), ct));
        one.MapPost("/withdraw", (Guid association, FormPost form, CloseAssociation close, PageRenderer pages, CancellationToken ct) => form.RunAsync(
            _ => close.WithdrawAsync(association, ct), id => $"/associations/{id}/closing", state => ShowAsync(association, state, close, pages, ct), ct));

        app.MapGet("/closing", (Guid? ready, TakeOver take, PageRenderer pages, CancellationToken ct) =>
            HandoverAsync(ready, FormState.Empty, take, pages, ct)).RequireRoles(Roles.Secretariat);
        app.MapPost("/closing", (FormPost form, TakeOver take, PageRenderer pages, CancellationToken ct) => form.RunAsync(
                f => take.ConfirmAsync(f, ct), id => $"/closing?ready={id}", state => HandoverAsync(null, state, take, pages, ct), ct))
            .RequireRoles(Roles.Secretariat).WithMetadata(AllowedWhileHeld.Instance);
        app.MapGet("/closing/{id:guid}/handover.zip", DownloadAsync).RequireRoles(Roles.Secretariat);
    }

    private static async Task<IResult> ShowAsync(Guid id, FormState form, CloseAssociation close, PageRenderer pages, CancellationToken cancellationToken) =>
        await close.ShowAsync(id, cancellationToken) is { } model ? pages.Page<ClosingPage>(new { Model = model, Form = form }) : Results.NotFound();

    private static async Task<IResult> HandoverAsync(Guid? ready, FormState form, TakeOver take, PageRenderer pages, CancellationToken cancellationToken)
    {
        var shown = await take.ShowAsync(ready, cancellationToken);
        return shown.Succeeded ? pages.Page<HandoverPage>(new { Model = shown.Value, Form = form })
            : Results.StatusCode(shown.Errors[0].Kind == ErrorKind.Forbidden ? StatusCodes.Status403Forbidden : StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> DownloadAsync(Guid id, TakeOver take, TenantHandover handover, HttpContext http, CancellationToken cancellationToken)
    {
        if (await take.BeginAsync(id, cancellationToken) is not { } tenant)
        {
            return Results.NotFound();
        }
        // The ZIP writer ends its parts synchronously here and there; they are a few bytes.
        http.Features.GetRequiredFeature<IHttpBodyControlFeature>().AllowSynchronousIO = true;
        return Results.Stream(output => handover.SendAsync(tenant, id, output, cancellationToken), "application/zip", $"{tenant.Identifier}.zip");
    }
}
