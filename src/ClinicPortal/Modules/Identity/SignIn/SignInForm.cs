using ClinicPortal.Modules.Identity.HandOver;
using ClinicPortal.Shared;
using ClinicPortal.Shared.Http;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.Extensions.Primitives;

namespace ClinicPortal.Modules.Identity.SignIn;

/// <summary>
/// The edge of a form of the sign-in host. Not a <see cref="FormPost"/>: nobody acts for an association there, so there is neither scope
/// nor transaction, and what is sent there is good once by itself. Secrets that were typed are never shown again.
/// </summary>
internal sealed class SignInForm(IHttpContextAccessor http, IAntiforgery antiforgery, ITenantResolver tenants, Problems problems)
{
    private static readonly string[] ShownAgain = ["email", "name"];

    private IFormCollection form = FormCollection.Empty;

    private HttpContext Context => http.HttpContext!;

    /// <summary>Where the sign-in leads; travels with every form of it.</summary>
    public HandoverRequest Asked { get; private set; } = new(null, null, null, null);

    public string Text(string field) => StorableText.Of(form[field].ToString()).Trim();

    /// <summary>Exactly as it was typed.</summary>
    public string AsTyped(string field) => form[field].ToString();

    public async Task<IResult> RunAsync<T>(
        Func<SignInForm, Task<Result<T>>> useCase, Func<T, Task<IResult>> done, Func<FormState, Task<IResult>> refused, CancellationToken cancellationToken)
    {
        form = await Context.Request.ReadFormAsync(cancellationToken);
        Asked = HandoverRequest.Read(form, tenants);
        var result = await antiforgery.IsRequestValidAsync(Context) ? await useCase(this) : new Error("sign-in.expired");
        if (result.Succeeded)
        {
            return await done(result.Value);
        }
        Context.Response.StatusCode = result.Errors[0].Kind is ErrorKind.NotFound ? StatusCodes.Status404NotFound : StatusCodes.Status422UnprocessableEntity;
        var typed = ShownAgain.Where(form.ContainsKey).ToDictionary(field => field, field => new StringValues(Text(field)));
        var messages = result.Errors.GroupBy(e => e.Field ?? "").ToDictionary(g => g.Key, g => string.Join(" ", g.Select(problems.Message)));
        return await refused(new FormState(typed, messages, FormState.NewKey()));
    }
}
