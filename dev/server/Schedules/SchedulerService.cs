using System.Buffers.Binary;
using System.Collections.Concurrent;
using EmbeddedTemporal.Common;
using EmbeddedTemporal.Namespaces;
using EmbeddedTemporal.Time;
using EmbeddedTemporal.Validation;
using EmbeddedTemporal.Visibility;
using EmbeddedTemporal.Visibility.Entries;
using Google.Protobuf;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Schedule.V1;
using Temporalio.Api.WorkflowService.V1;

namespace EmbeddedTemporal.Schedules;

/// <summary>All schedules of the server, and the schedule methods of the API.</summary>
internal sealed class SchedulerService(ScheduleHost host, NamespaceRegistry namespaces, ISearchAttributeRegistry searchAttributes) : IDisposable
{
    private const int MostMatchingTimes = 1000;
    private const int LargestPage = 1000;
    private readonly ConcurrentDictionary<(string Namespace, string ScheduleId), ScheduleActor> schedules = new();
    private readonly ScheduleValidation validation = new(searchAttributes);

    /// <summary>Resumes the persisted schedules.</summary>
    public async Task ResumeAsync()
    {
        foreach (var document in host.Store.ReadDocuments(ScheduleHost.DocumentKind).Values)
        {
            var state = ScheduleDocument.Read(document);
            var actor = schedules[(state.Namespace, state.ScheduleId)] = new ScheduleActor(state, host);
            await actor.ResumeAsync();
        }
    }

    public async Task<CreateScheduleResponse> CreateAsync(CreateScheduleRequest request)
    {
        var owner = namespaces.Require(request.Namespace);
        ScheduleValidation.ScheduleId(request.ScheduleId);
        ScheduleValidation.RequestId(request.RequestId, required: true);
        validation.Schedule(request.Namespace, request.Schedule, request.SearchAttributes);
        if (request.InitialPatch is not null)
        {
            ScheduleValidation.Patch(request.InitialPatch);
        }
        var actor = new ScheduleActor(NewState(request, owner.Info.Id), host);
        var key = (request.Namespace, request.ScheduleId);
        var known = schedules.AddOrUpdate(key, actor, (_, existing) => existing.Exists ? existing : actor);
        if (known != actor)
        {
            actor.Dispose();
            return known.RequestId == request.RequestId ? Created() : throw ScheduleErrors.AlreadyRegistered(request.ScheduleId);
        }
        try
        {
            await actor.UpdateAsync(_ => { }, (state, now) => state.Apply(request.InitialPatch ?? new SchedulePatch(), now));
        }
        catch
        {
            schedules.TryRemove(KeyValuePair.Create(key, actor));
            actor.Dispose();
            throw;
        }
        return Created();
    }

    public Task<DescribeScheduleResponse> DescribeAsync(DescribeScheduleRequest request) =>
        Find(request.Namespace, request.ScheduleId).ReadAsync(ScheduleListing.Describe);

    public async Task<UpdateScheduleResponse> UpdateAsync(UpdateScheduleRequest request)
    {
        var actor = Find(request.Namespace, request.ScheduleId);
        ScheduleValidation.RequestId(request.RequestId, required: false);
        validation.Schedule(request.Namespace, request.Schedule, request.SearchAttributes);
        await actor.UpdateAsync(state =>
        {
            if (request.ConflictToken.Length >= sizeof(long)
                && BinaryPrimitives.ReadInt64BigEndian(request.ConflictToken.Span) is var token and not 0 && token != state.ConflictToken)
            {
                throw ScheduleErrors.Conflict();
            }
        }, (state, now) =>
        {
            state.Update(Typed(request.Namespace, request.Schedule), Normalized(request.Namespace, request.SearchAttributes), now);
            state.Memo = request.Memo ?? state.Memo;
        });
        return new UpdateScheduleResponse();
    }

    public async Task<PatchScheduleResponse> PatchAsync(PatchScheduleRequest request)
    {
        var actor = Find(request.Namespace, request.ScheduleId);
        ScheduleValidation.RequestId(request.RequestId, required: false);
        ScheduleValidation.Patch(request.Patch);
        await actor.UpdateAsync(_ => { }, (state, now) => state.Apply(request.Patch, now));
        return new PatchScheduleResponse();
    }

    public async Task<DeleteScheduleResponse> DeleteAsync(DeleteScheduleRequest request)
    {
        var actor = Find(request.Namespace, request.ScheduleId);
        await actor.RemoveAsync();
        schedules.TryRemove(KeyValuePair.Create((request.Namespace, request.ScheduleId), actor));
        actor.Dispose();
        return new DeleteScheduleResponse();
    }

    public async Task<ListScheduleMatchingTimesResponse> MatchingTimesAsync(ListScheduleMatchingTimesRequest request)
    {
        var actor = Find(request.Namespace, request.ScheduleId);
        RequestValidation.That(request.StartTime is not null && request.EndTime is not null, "missing or invalid query");
        var times = await actor.PeekAsync(state => state.Matching(request.StartTime!.Time(), request.EndTime!.Time(), MostMatchingTimes).ToList());
        return new ListScheduleMatchingTimesResponse { StartTime = { times.Select(time => time.ToProto()) } };
    }

    public async Task<ListSchedulesResponse> ListAsync(ListSchedulesRequest request)
    {
        var size = request.MaximumPageSize is > 0 and <= LargestPage ? request.MaximumPageSize : LargestPage;
        var page = host.Visibility.List(new VisibilityQuery(request.Namespace, Filter(request.Namespace, request.Query), size, request.NextPageToken));
        var response = new ListSchedulesResponse { NextPageToken = page.NextPageToken };
        foreach (var record in page.Executions)
        {
            if (schedules.TryGetValue((request.Namespace, record.Execution.WorkflowId), out var actor) && actor.Exists)
            {
                response.Schedules.Add(await actor.PeekAsync(ScheduleListing.Entry));
            }
        }
        return response;
    }

    public CountSchedulesResponse Count(CountSchedulesRequest request)
    {
        var counted = host.Visibility.Count(request.Namespace, Filter(request.Namespace, request.Query));
        return new CountSchedulesResponse { Count = counted.Count };
    }

    public void Dispose()
    {
        foreach (var actor in schedules.Values)
        {
            actor.Dispose();
        }
    }

    private static CreateScheduleResponse Created() => new() { ConflictToken = ScheduleListing.ConflictToken(1) };

    private ScheduleState NewState(CreateScheduleRequest request, string namespaceId)
    {
        var now = host.Clock.UtcNow;
        var state = new ScheduleState
        {
            Namespace = request.Namespace,
            NamespaceId = namespaceId,
            ScheduleId = request.ScheduleId,
            RunId = Guid.NewGuid().ToString(),
            RequestId = request.RequestId,
            Memo = request.Memo,
            SearchAttributes = Normalized(request.Namespace, request.SearchAttributes),
            LastProcessed = now,
        };
        state.Info.CreateTime = now.ToProto();
        state.SetSchedule(Typed(request.Namespace, request.Schedule));
        return state;
    }

    private string Filter(string namespaceName, string query)
    {
        namespaces.Require(namespaceName);
        const string all = $"TemporalNamespaceDivision = '{ScheduleListing.Division}' AND ExecutionStatus = 'Running'";
        if (string.IsNullOrWhiteSpace(query))
        {
            return all;
        }
        // Parsed on its own first, so that unbalanced parentheses cannot change the meaning of the combined query.
        host.Visibility.List(new VisibilityQuery(namespaceName, query, 1, ByteString.Empty));
        if (host.Visibility.NamesIn(namespaceName, query).FirstOrDefault(IsOfWorkflows) is { } name)
        {
            throw ServiceErrors.InvalidArgument($"invalid query filter for schedules: cannot filter on \"{name}\"");
        }
        return $"{all} AND ({query})";
    }

    private static bool IsOfWorkflows(string name) => SearchAttributeNames.IsReserved(name) && name != SearchAttributeNames.SchedulePaused;

    private ScheduleActor Find(string namespaceName, string scheduleId)
    {
        namespaces.Require(namespaceName);
        ScheduleValidation.ScheduleId(scheduleId);
        return schedules.TryGetValue((namespaceName, scheduleId), out var actor) && actor.Exists ? actor : throw ScheduleErrors.NotFound();
    }

    // Adds the type metadata to the action's search attributes, by which clients decode them.
    private Schedule Typed(string namespaceName, Schedule? given)
    {
        var schedule = given?.Clone() ?? new Schedule();
        if (schedule.Action?.StartWorkflow is { SearchAttributes: { } attributes } action)
        {
            action.SearchAttributes = searchAttributes.Normalize(namespaceName, attributes);
        }
        return schedule;
    }

    private SearchAttributes? Normalized(string namespaceName, SearchAttributes? given) =>
        given is null ? null : searchAttributes.Normalize(namespaceName, given);
}
