using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Domain;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Identity.Access;

/// <summary>Writes down what happens to accounts; each person sees their own.</summary>
internal sealed class SecurityLog(IDbContextFactory<IdentityDb> contexts, IHttpContextAccessor http, TimeProvider clock)
{
    public async Task NoteAsync(Guid? accountId, SecurityEventKind kind, Guid? signInId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        db.SecurityEvents.Add(new SecurityEvent(accountId, kind, signInId, http.HttpContext?.Connection.RemoteIpAddress?.ToString(), clock.GetUtcNow()));
        await db.SaveChangesAsync(cancellationToken);
    }
}
