using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.HandOver;
using ClinicPortal.Modules.Identity.SignIn;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Tenancy.Settings;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Identity.OutsideSignIn;

/// <summary>The way to an association's own provider, where it has one in use.</summary>
internal sealed class OutsideButtons(OutsideSignInSteps steps)
{
    /// <param name="asked">Where the sign-in leads.</param>
    public async Task<OutsideButton?> OfAsync(TenantInfo tenant, HandoverRequest asked, CancellationToken cancellationToken)
    {
        var provider = await steps.RunAsync(
            [tenant.Id], db => db.Providers.AsNoTracking().SingleOrDefaultAsync(p => p.IsOffered, cancellationToken), cancellationToken);
        return provider is null ? null : new OutsideButton(
            asked.At($"/sign-in/outside/{tenant.Identifier}"), new LocalizedText { Ja = provider.ButtonJa, En = provider.ButtonEn }, tenant.Name);
    }
}
