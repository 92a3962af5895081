using System.Security.Cryptography;
using System.Text;
using ClinicPortal.Shared.Calendar;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Shared.Work;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.Extensions.Primitives;

namespace ClinicPortal.Shared.Http;

/// <summary>What a form shows: what was typed, what was wrong with it, and the key under which it will be sent.</summary>
public sealed record FormState(IReadOnlyDictionary<string, StringValues> Values, IReadOnlyDictionary<string, string> Errors, string Key)
{
    public const string KeyField = "idempotency-key";

    public static FormState Empty => new(new Dictionary<string, StringValues>(), new Dictionary<string, string>(), NewKey());

    /// <summary>The refusal that belongs to no field.</summary>
    public string? Summary => Errors.GetValueOrDefault("");

    public string? Value(string field) => Values.TryGetValue(field, out var value) ? value.ToString() : null;

    public string? Error(string field) => Errors.GetValueOrDefault(field);

    internal static string NewKey() => Guid.NewGuid().ToString("N");
}

/// <summary>
/// The edge of a command that came as a form: 303 to where it leads, or 422 with the form, everything typed, its errors
/// and a fresh key. Sent twice it is done once.
/// </summary>
public sealed class FormPost(
    IHttpContextAccessor http, IAntiforgery antiforgery, PortalSession session, WorkRunner work, Problems problems, CurrentUserAccessor user, TimeProvider clock)
{
    private IFormCollection form = FormCollection.Empty;

    private HttpContext Context => http.HttpContext!;

    /// <summary>The names of everything that was sent.</summary>
    public IEnumerable<string> Fields => form.Keys;

    /// <summary>Trimmed text of a field; null when it was left empty.</summary>
    public string? Text(string field) => StorableText.Of(form[field].ToString()).Trim() is { Length: > 0 } text ? text : null;

    /// <summary>A field as it was typed, blanks included; null when it was left empty. Its name begins with <c>password</c>.</summary>
    public string? Secret(string field) => form[field].ToString() is { Length: > 0 } text ? text : null;

    /// <summary>The chosen value by its name; null when nothing, or nothing known, was chosen.</summary>
    public TEnum? Choice<TEnum>(string field) where TEnum : struct, Enum =>
        Enum.TryParse<TEnum>(Text(field), out var chosen) && Enum.IsDefined(chosen) ? chosen : null;

    /// <summary>A value in the form in which machines write it, such as 1940-03-02; null when there is none.</summary>
    public T? Value<T>(string field) where T : struct, IParsable<T> =>
        T.TryParse(Text(field), System.Globalization.CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>A date in any form in which people write one, such as 昭和15年3月2日; null when it was left empty.</summary>
    /// <param name="unreadable">Something was written, and it is no date.</param>
    public DateOnly? WrittenDay(string field, out bool unreadable)
    {
        var written = WrittenDate.TryParse(Text(field), out var date);
        unreadable = !written && Text(field) is not null;
        return written ? date : null;
    }

    public bool Checked(string field) => form[field].Count > 0 && form[field] != "false";

    public IFormFile? File(string field) => form.Files.GetFile(field);

    public IReadOnlyList<string> All(string field) => [.. form[field].OfType<string>().Select(StorableText.Of)];

    /// <param name="useCase">Reads the fields, runs inside the request's transaction, does not commit.</param>
    /// <param name="done">Where to go (303).</param>
    /// <param name="refused">The same page with the state of the form (422).</param>
    public async Task<IResult> RunAsync<T>(
        Func<FormPost, Task<Result<T>>> useCase, Func<T, string> done, Func<FormState, Task<IResult>> refused, CancellationToken cancellationToken)
    {
        form = await Context.Request.ReadFormAsync(cancellationToken);
        if (!await antiforgery.IsRequestValidAsync(Context))
        {
            return await RefuseAsync([new Error("form-expired")], refused, cancellationToken);
        }
        if (Text(FormState.KeyField) is not { Length: <= IdempotencyKey.MaxLength } sent)
        {
            return await RefuseAsync([new Error("form-expired")], refused, cancellationToken);
        }
        var key = new IdempotencyKey(user.User!.SessionId ?? user.User.Id, sent, Fingerprint());
        var result = await IdempotencyKey.RunOnceAsync(() => useCase(this));
        if (!result.Succeeded)
        {
            // A double tap finds its own first effect and takes it for somebody else's.
            return await session.RestartAsync(key, cancellationToken) is { } meanwhile
                ? await ReplayAsync(meanwhile, key, refused, cancellationToken)
                : await RefuseAsync(result.Errors, refused, cancellationToken);
        }
        var location = done(result.Value);
        var answer = new StoredAnswer(key.RequestSha256, StatusCodes.Status303SeeOther, location, null);
        if (await key.CommitAsync(session, answer, clock.GetUtcNow(), cancellationToken) is { } earlier)
        {
            return await ReplayAsync(earlier, key, refused, cancellationToken);
        }
        await work.RunNowAsync(session.CommittedWork, cancellationToken);
        return SeeOther(location);
    }

    private async Task<IResult> ReplayAsync(
        StoredAnswer earlier, IdempotencyKey key, Func<FormState, Task<IResult>> refused, CancellationToken cancellationToken) =>
        earlier.IsFor(key) && earlier.Location is not null
            ? SeeOther(earlier.Location)
            : await RefuseAsync([Error.Conflict("form-already-sent")], refused, cancellationToken);

    private async Task<IResult> RefuseAsync(IReadOnlyList<Error> errors, Func<FormState, Task<IResult>> refused, CancellationToken cancellationToken)
    {
        await session.RestartAsync(null, cancellationToken);
        var messages = errors.GroupBy(e => e.Field ?? "").ToDictionary(g => g.Key, g => string.Join(" ", g.Select(problems.Message)));
        Context.Response.StatusCode = errors[0].Kind switch
        {
            ErrorKind.NotFound => StatusCodes.Status404NotFound,
            ErrorKind.Forbidden => StatusCodes.Status403Forbidden,
            _ => StatusCodes.Status422UnprocessableEntity,
        };
        return await refused(new FormState(form.ToDictionary(), messages, FormState.NewKey()));
    }

    /// <summary>
    /// All fields but the two that change with every rendering, and but passwords: what is stored must not be something to guess
    /// them against.
    /// </summary>
    private byte[] Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(Context.Request.Path));
        foreach (var (name, values) in form.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            if (name is not (FormState.KeyField or "__RequestVerificationToken") && !name.StartsWith("password", StringComparison.OrdinalIgnoreCase))
            {
                hash.AppendData(Encoding.UTF8.GetBytes($"\n{name}={values}"));
            }
        }
        foreach (var file in form.Files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"\n{file.Name}={file.FileName}/"));
            using var content = file.OpenReadStream();
            hash.AppendData(SHA256.HashData(content));
        }
        return hash.GetHashAndReset();
    }

    /// <summary>Razor's and Turbo's way after a form: 303, so that the page is fetched with GET.</summary>
    internal static IResult SeeOther(string location) => new SeeOtherResult(location);

    private sealed class SeeOtherResult(string location) : IResult
    {
        public Task ExecuteAsync(HttpContext context)
        {
            context.Response.StatusCode = StatusCodes.Status303SeeOther;
            context.Response.Headers.Location = location;
            return Task.CompletedTask;
        }
    }
}
