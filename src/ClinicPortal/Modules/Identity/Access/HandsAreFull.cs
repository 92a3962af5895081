using ClinicPortal.Shared.Access;

namespace ClinicPortal.Modules.Identity.Access;

internal sealed class HandsAreFull(IHttpContextAccessor http, Sessions sessions) : IHandsAreFull
{
    public Task NoteAsync(bool handsAreFull, CancellationToken cancellationToken) =>
        http.HttpContext?.Features.Get<SignedIn>() is { } signedIn ? sessions.NoteHandsAsync(signedIn, handsAreFull, cancellationToken) : Task.CompletedTask;
}
