using ClinicPortal.Modules.Identity.Data;
using ClinicPortal.Modules.Identity.Demo;
using ClinicPortal.Modules.Identity.HandOver;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy.Settings;
using ClinicPortal.Ui;
using Microsoft.EntityFrameworkCore;

namespace ClinicPortal.Modules.Identity.SignIn;

/// <summary>The sign-in page, with every way in that there is to where the sign-in leads.</summary>
internal sealed class SignInScreen(OutsideSignInSteps outside, DemoAccess demo, Problems problems, IHttpContextAccessor http, PageRenderer pages)
{
    public async Task<IResult> ShowAsync(HandoverRequest asked, FormState form, CancellationToken cancellationToken) =>
        pages.Page<SignInPage>(new { Model = new SignInModel(asked, form, await ProviderOfAsync(asked, cancellationToken), demo.SignInsFor(asked.Host)) });

    /// <summary>A way in that did not lead in: the others are still there.</summary>
    public Task<IResult> RefuseAsync(HandoverRequest asked, Error error, CancellationToken cancellationToken)
    {
        http.HttpContext!.Response.StatusCode = error.Kind is ErrorKind.NotFound ? StatusCodes.Status404NotFound : StatusCodes.Status422UnprocessableEntity;
        return ShowAsync(asked, FormState.Empty with { Errors = new Dictionary<string, string> { [""] = problems.Message(error) } }, cancellationToken);
    }

    private async Task<OutsideButton?> ProviderOfAsync(HandoverRequest asked, CancellationToken cancellationToken)
    {
        if (asked.Host?.Tenant is not { } tenant)
        {
            return null;
        }
        var provider = await outside.RunAsync(
            [tenant.Id], db => db.Providers.AsNoTracking().SingleOrDefaultAsync(p => p.IsOffered, cancellationToken), cancellationToken);
        return provider is null ? null : new OutsideButton(
            asked.At($"/sign-in/outside/{tenant.Identifier}"), new LocalizedText { Ja = provider.ButtonJa, En = provider.ButtonEn }, tenant.Name);
    }
}
