using System.Security.Cryptography;
using ClinicPortal.Shared.Access;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.DataProtection;

namespace ClinicPortal.Shared.Http;

/// <summary>
/// A search for people as the address of its page: what was asked stands there encrypted, for the session that asked it. Addresses are kept in browsers'
/// histories and in the logs of every proxy, where no patient's name or number may be; back, forward and reload work all the same.
/// </summary>
public sealed class HiddenSearch(IDataProtectionProvider protection, IAntiforgery antiforgery, IHttpContextAccessor http, CurrentUser user)
{
    /// <summary>The parameter of the address.</summary>
    public const string Parameter = "search";

    /// <summary>The field of the form.</summary>
    public const string Field = "query";

    private const int MostLetters = 200;

    private static readonly TimeSpan Kept = TimeSpan.FromHours(16);

    private ITimeLimitedDataProtector Protector =>
        protection.CreateProtector("search", $"{user.SessionId ?? user.Id:N}").ToTimeLimitedDataProtector();

    /// <summary>Takes the form of a search, and leads to the page that answers it.</summary>
    /// <param name="page">Its path.</param>
    public async Task<IResult> LeadAsync(string page, CancellationToken cancellationToken)
    {
        var context = http.HttpContext!;
        var form = await context.Request.ReadFormAsync(cancellationToken);
        var asked = StorableText.Of(form[Field].ToString()).Trim();
        return FormPost.SeeOther(asked.Length > 0 && await antiforgery.IsRequestValidAsync(context)
            ? $"{page}?{Parameter}={Protector.Protect(StorableText.Of(asked[..Math.Min(asked.Length, MostLetters)]), Kept)}"
            : page);
    }

    /// <returns>What was asked; null when nothing was, or when somebody else asked it.</returns>
    public string? Read(string? hidden)
    {
        try
        {
            return string.IsNullOrEmpty(hidden) ? null : Protector.Unprotect(hidden);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
