using ClinicPortal.Modules.NightDesk.Domain;
using ClinicPortal.Modules.NightDesk.OpenCase;
using ClinicPortal.Modules.NightDesk.ShowCase;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;

namespace ClinicPortal.Modules.NightDesk.AmendCall;

internal static class AmendCallForm
{
    public static void MapAmendCall(this IEndpointRouteBuilder app) =>
        app.MapPost("/cases/{id:guid}/call", (Guid id, FormPost post, AmendCallHandler amend, CasePages pages, CancellationToken cancellationToken) =>
            post.RunAsync(
                form => CallForm.Refuse(form) is { } unreadable
                    ? Task.FromResult<Result<CaseReceipt>>(unreadable)
                    : amend.HandleAsync(
                        new AmendCallInput(
                            id,
                            new Caller(form.Choice<CallerKind>("caller.kind") ?? CallerKind.Other, form.Text("caller.name"), form.Text("caller.phone")),
                            CallForm.Patient(form), form.Text("complaint"), form.Text("complaintCode"), form.Value<int>("revision")),
                        cancellationToken),
                _ => $"/cases/{id}",
                state => pages.ShowAsync(id, CaseForms.Fresh with { Call = state }, cancellationToken), cancellationToken))
            .RequireCarriers();
}
