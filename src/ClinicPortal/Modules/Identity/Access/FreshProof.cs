using ClinicPortal.Shared.Http;

namespace ClinicPortal.Modules.Identity.Access;

/// <summary>
/// What opens an account is changed only by somebody who proved within the last minutes who they are: a screen left open is not enough.
/// </summary>
internal sealed class FreshProof(IHttpContextAccessor http, TimeProvider clock)
{
    public const string ConfirmPath = "/account/confirm";

    private static readonly TimeSpan Lasts = TimeSpan.FromMinutes(10);

    private HttpContext Context => http.HttpContext!;

    public bool IsFresh => Context.Features.Get<SignedIn>()?.ProvedAt is { } proved && clock.GetUtcNow() < proved + Lasts;

    /// <summary>Does what was asked, or leads to the proof first and then back to the page.</summary>
    public Task<IResult> RequireAsync(Func<Task<IResult>> act)
    {
        if (IsFresh)
        {
            return act();
        }
        var back = HttpMethods.IsGet(Context.Request.Method) ? Context.Request.Path.Value : "/account";
        return Task.FromResult(FormPost.SeeOther($"{ConfirmPath}?return={Uri.EscapeDataString(back ?? "/account")}"));
    }
}
