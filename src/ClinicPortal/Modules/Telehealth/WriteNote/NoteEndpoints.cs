using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Ui;

namespace ClinicPortal.Modules.Telehealth.WriteNote;

internal static class NoteEndpoints
{
    public static void MapNotes(this IEndpointRouteBuilder app)
    {
        app.MapGet("/consultations/{id:guid}/note", (Guid id, ShowNote show, PageRenderer pages, CancellationToken ct) => ShowAsync(id, FormState.Empty, show, pages, ct))
            .RequireRoles(ShowNote.Readers);
        app.MapPost("/consultations/{id:guid}/note", (Guid id, WriteNote write, ShowNote show, FormPost post, PageRenderer pages, CancellationToken ct) => post.RunAsync(
            async form =>
            {
                // Whose it is comes before what is wrong with it.
                if (await show.FindAsync(id, ct) is null)
                {
                    return Error.NotFound("appointment.not-found");
                }
                var written = NoteFields.Read(form);
                return written.Succeeded ? await write.HandleAsync(id, written.Value, ct) : Result<Guid>.Refused(written.Errors);
            },
            _ => $"/consultations/{id}/note", state => ShowAsync(id, state, show, pages, ct), ct)).RequireRoles(Roles.ClinicDoctor, Roles.NightDoctor);
    }

    private static async Task<IResult> ShowAsync(Guid id, FormState state, ShowNote show, PageRenderer pages, CancellationToken cancellationToken) =>
        await show.HandleAsync(id, state, cancellationToken) is { } model ? pages.Page<NotePage>(new { Model = model }) : Results.NotFound();
}
