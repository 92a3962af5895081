using ClinicPortal.Shared.Access;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using ClinicPortal.Ui;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClinicPortal.Modules.Identity.Contracts;

/// <summary>
/// Answers a request of somebody who came by a link: in a scope of its own, because whoever may be signed in in this browser as well has nothing
/// to do with it, within the pass's association and with no role that anything is granted to. The use case serves the pass's subject and nothing else.
/// </summary>
public sealed class VisitorRequest(IVisitorLinks links, IServiceScopeFactory scopes, IHttpContextAccessor http, PageRenderer pages, ITenantResolver tenants, TimeProvider clock)
{
    /// <param name="name">Who it is in the access log.</param>
    /// <param name="answer">
    /// Runs within the visitor's scope. What a command writes is committed by its <c>FormPost</c> of that scope; what was looked at, here.
    /// </param>
    /// <returns>404 without a pass, the same as for what does not exist.</returns>
    public async Task<IResult> RunAsync(
        VisitorPurpose purpose, string name, Func<IServiceProvider, VisitorPass, Task<IResult>> answer, CancellationToken cancellationToken)
    {
        if (await links.PassAsync(purpose, cancellationToken) is not { } pass)
        {
            return Nothing(http.HttpContext!);
        }
        // As for members: once an association has closed, its records are only read.
        if (!HttpMethods.IsGet(http.HttpContext!.Request.Method) && tenants.ById(pass.Tenant.Value)?.IsHeldAt(clock.GetUtcNow()) != false)
        {
            return Results.StatusCode(StatusCodes.Status423Locked);
        }
        await using var scope = scopes.CreateAsyncScope();
        var visitor = new CurrentUser(pass.LinkId, name, Roles.Visitor, OrganisationKind.Platform, null, pass.LinkId, null);
        var session = await scope.ServiceProvider.ActAsync(visitor, [pass.Tenant], cancellationToken);
        var result = await answer(scope.ServiceProvider, pass);
        if (session.HasUnsavedAudit)
        {
            await session.CommitAsync(cancellationToken);
        }
        // The address of the link must not become known to other pages, nor the page to search engines.
        http.HttpContext.Response.Headers["Referrer-Policy"] = "no-referrer";
        return result is NotFound ? Nothing(http.HttpContext) : result;
    }

    /// <summary>Who opens a page without a pass reads what to do; scripts, frames and forms hear only that there is nothing.</summary>
    private IResult Nothing(HttpContext context)
    {
        var accept = context.Request.Headers.Accept.ToString();
        var reads = accept.Length == 0 || accept.Contains("text/html", StringComparison.Ordinal) || accept.Contains("*/*", StringComparison.Ordinal);
        if (!reads || !HttpMethods.IsGet(context.Request.Method) || context.Request.Headers.ContainsKey("Turbo-Frame"))
        {
            return Results.NotFound();
        }
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return pages.Page<WithoutPassPage>(new { context.PortalHost().Tenant });
    }
}
