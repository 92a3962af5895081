using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Modules.Identity.Staff;
using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Http;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Identity.ManageKeys;

public sealed record KeysModel(FormState Form, IReadOnlyList<ApiKey> Keys, TimeZoneInfo Zone, DateTimeOffset Now);

public sealed record NewKeyModel(FormState Form, IReadOnlyList<string> Roles);

/// <param name="Secret">Only right after it was made.</param>
public sealed record KeyModel(ApiKey Key, string? Secret, TimeZoneInfo Zone);

/// <summary>The keys of the caller's organisation, the latest first.</summary>
internal sealed class ListKeys(IdentityInRequest identity, CurrentUser user, PlaceOfRequest place, TimeProvider clock)
{
    public async Task<KeysModel> AllAsync(FormState form, CancellationToken cancellationToken) => new(
        form, await Own(await identity.OpenAsync(cancellationToken)).OrderByDescending(k => k.CreatedAt).ThenBy(k => k.DisplayName).ToListAsync(cancellationToken),
        place.Zone, clock.GetUtcNow());

    public NewKeyModel New(FormState form) => new(form, Organisation.Of(user).Roles);

    public async Task<KeyModel?> OneAsync(Guid id, CancellationToken cancellationToken) =>
        await Own(await identity.OpenAsync(cancellationToken)).SingleOrDefaultAsync(k => k.Id == id, cancellationToken) is { } key
            ? new KeyModel(key, null, place.Zone) : null;

    private IQueryable<ApiKey> Own(IdentityDb db)
    {
        var organisation = Organisation.Of(user);
        return db.ApiKeys.AsNoTracking().Where(k => k.OrganisationKind == organisation.Kind && k.OrganisationId == organisation.Id);
    }
}
