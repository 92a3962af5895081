using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Results;
using ClinicPortal.Shared.Work;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace ClinicPortal.Shared.Http;

/// <summary>
/// The edge of a command that came as JSON: under its idempotency key it is done once and answered the same each time;
/// it commits when the use case succeeded and turns a refusal into a ProblemDetails. Every POST of the API answers through it.
/// </summary>
public sealed class ApiCommand(
    PortalSession session, WorkRunner work, Problems problems, TimeProvider clock, IOptions<JsonOptions> json, Tenancy.CurrentUserAccessor user)
{
    public const string Header = "Idempotency-Key";

    private IdempotencyKey? key;
    private string keyProblem = "idempotency-key-required";

    /// <summary>Reads the key of an API POST and hashes what was sent.</summary>
    internal async Task ReadKeyAsync(HttpContext context)
    {
        var request = context.Request;
        if (!HttpMethods.IsPost(request.Method) || !request.Path.StartsWithSegments("/api")
            || request.Headers[Header].ToString() is not { Length: > 0 } sent)
        {
            return;
        }
        if (sent.Length > IdempotencyKey.MaxLength)
        {
            keyProblem = "idempotency-key-too-long";
            return;
        }
        request.EnableBuffering();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(request.Path));
        var buffer = new byte[4096];
        for (int read; (read = await request.Body.ReadAsync(buffer, context.RequestAborted)) > 0;)
        {
            hash.AppendData(buffer, 0, read);
        }
        request.Body.Position = 0;
        key = new IdempotencyKey(user.User!.SessionId ?? user.User.Id, sent, hash.GetHashAndReset());
    }

    /// <param name="useCase">Runs inside the request's transaction; must not commit.</param>
    /// <param name="location">Path of what was made: answers 201 instead of 200.</param>
    public async Task<IResult> RunAsync<T>(Func<Task<Result<T>>> useCase, Func<T, string>? location, CancellationToken cancellationToken)
    {
        if (key is null)
        {
            return problems.ToResult(new Error(keyProblem, ErrorKind.Invalid, Header, IdempotencyKey.MaxLength), StatusCodes.Status400BadRequest);
        }
        cancellationToken.ThrowIfCancellationRequested();
        var result = await IdempotencyKey.RunOnceAsync(useCase);
        if (!result.Succeeded)
        {
            // A command sent again finds its own first effect and takes it for somebody else's.
            return await session.RestartAsync(key, cancellationToken) is { } meanwhile ? Replay(meanwhile) : problems.ToResult(result.Errors);
        }
        var status = location is null ? StatusCodes.Status200OK : StatusCodes.Status201Created;
        var answer = new StoredAnswer(key.RequestSha256, status, location?.Invoke(result.Value), JsonSerializer.Serialize(result.Value, json.Value.SerializerOptions));
        if (await key.CommitAsync(session, answer, clock.GetUtcNow(), cancellationToken) is { } earlier)
        {
            return Replay(earlier);
        }
        await work.RunNowAsync(session.CommittedWork, cancellationToken);
        return new Answer(answer);
    }

    /// <summary>A PUT: naturally idempotent, so it needs no key.</summary>
    public async Task<IResult> PutAsync<T>(Func<Task<Result<T>>> useCase, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var result = await IdempotencyKey.RunOnceAsync(useCase);
        if (!result.Succeeded)
        {
            session.Abandon();
            return problems.ToResult(result.Errors);
        }
        await session.CommitAsync(CancellationToken.None);
        await work.RunNowAsync(session.CommittedWork, cancellationToken);
        return Microsoft.AspNetCore.Http.Results.Ok(result.Value);
    }

    private IResult Replay(StoredAnswer earlier) => earlier.IsFor(key!)
        ? new Answer(earlier)
        : problems.ToResult(Error.Conflict("idempotency-key-reused"));

    /// <summary>Written from the stored text, so that the first answer and every repetition are the same bytes.</summary>
    private sealed class Answer(StoredAnswer stored) : IResult
    {
        public Task ExecuteAsync(HttpContext context)
        {
            context.Response.StatusCode = stored.Status;
            context.Response.ContentType = "application/json; charset=utf-8";
            if (stored.Location is not null)
            {
                context.Response.Headers.Location = stored.Location;
            }
            return context.Response.WriteAsync(stored.Receipt ?? "{}", context.RequestAborted);
        }
    }
}
