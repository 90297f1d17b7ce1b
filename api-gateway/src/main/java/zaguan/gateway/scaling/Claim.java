package zaguan.gateway.scaling;

import zaguan.gateway.catalog.JobGroup;

/**
 * What a service says of itself: that a group is its own. Nomad's record of the job decides.
 *
 * @param isPublic whether requests from outside may have the group scaled, so that the job must say
 *     that the service is public
 */
record Claim(String service, JobGroup group, boolean isPublic) {}
